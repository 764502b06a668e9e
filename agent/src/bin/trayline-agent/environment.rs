//! What the environment says: the one place that reads it.

mod proxy;

use std::fs;
use std::path::{Path, PathBuf};

use agent::Proxy;
use broker_config::Line;

/// The environment's answers.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    state_home: Option<PathBuf>,
    home: Option<PathBuf>,
    local_app_data: Option<PathBuf>,
    program_data: Option<PathBuf>,
    user: Option<String>,
    host_name: Option<String>,
    runtime_dir: Option<PathBuf>,
    screen: Option<String>,
    is_root: bool,
    proxy: Option<(String, String)>,
}

const FOLDER: &str = "trayline-agent";

/// Where the identity is of a device that was installed for all of its people, but on Windows.
pub(crate) const SYSTEM_FOLDER: &str = "/var/lib/trayline-agent";

/// The same on Windows, when the system does not say where such things are.
const PROGRAM_DATA: &str = r"C:\ProgramData";

impl Environment {
    #[expect(clippy::disallowed_methods, reason = "the agent's command line is what reads the environment")]
    pub(crate) fn read() -> Self {
        let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            // The specification of XDG says to ignore relative paths.
            state_home: variable("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute()),
            home: variable("HOME").map(PathBuf::from),
            local_app_data: variable("LOCALAPPDATA").map(PathBuf::from),
            program_data: variable("ProgramData").map(PathBuf::from),
            user: variable("USER").or_else(|| variable("LOGNAME")).or_else(|| variable("USERNAME")),
            host_name: fs::read_to_string("/etc/hostname").ok().or_else(|| variable("COMPUTERNAME")),
            runtime_dir: variable("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_absolute()),
            screen: screen(variable),
            is_root: is_root(),
            proxy: proxy::read(variable),
        }
    }

    /// Where the agent's files are, unless the command line says otherwise.
    pub(crate) fn state_folder(&self) -> Option<PathBuf> {
        if cfg!(windows) {
            return Some(self.local_app_data.as_ref()?.join(FOLDER));
        }
        if let Some(state_home) = &self.state_home {
            return Some(state_home.join(FOLDER));
        }
        if self.is_root {
            return Some(PathBuf::from(SYSTEM_FOLDER));
        }
        Some(self.home.as_ref()?.join(".local/state").join(FOLDER))
    }

    /// Where the identity is of a device that was installed for all of its people.
    pub(crate) fn system_folder(&self) -> PathBuf {
        if cfg!(windows) {
            return self.program_data.as_deref().unwrap_or(Path::new(PROGRAM_DATA)).join(FOLDER);
        }
        PathBuf::from(SYSTEM_FOLDER)
    }

    /// Where what lives as long as the person is signed in is kept, if the system has such a place.
    pub(crate) fn runtime_folder(&self) -> Option<PathBuf> {
        self.runtime_dir.clone()
    }

    /// What tells this session from others of the same person: the screen that a window would be shown on. Programs of one
    /// session agree on it however they were started; the session's number is not known to all of them, but on Windows.
    pub(crate) fn session_name(&self) -> String {
        let screen = self.screen.as_deref().unwrap_or("none");
        screen.chars().map(|character| if character.is_ascii_alphanumeric() { character } else { '-' }).collect()
    }

    /// The proxy of this session. An address that is not one counts as none.
    pub(crate) fn proxy(&self) -> Option<Proxy> {
        let (address, except) = self.proxy.as_ref()?;
        Proxy::new(address, except).ok()
    }

    /// The user of this session, as technicians see it.
    pub(crate) fn session_user(&self) -> Option<Line> {
        Line::new(self.user.as_ref()?).ok()
    }

    /// The machine's name.
    pub(crate) fn host_name(&self) -> Option<String> {
        self.host_name.as_ref().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty())
    }
}

#[cfg(not(windows))]
fn screen(variable: impl Fn(&'static str) -> Option<String>) -> Option<String> {
    variable("WAYLAND_DISPLAY").or_else(|| variable("DISPLAY"))
}

/// A session of Windows has one screen, and is named by its number.
#[cfg(windows)]
fn screen(_: impl Fn(&'static str) -> Option<String>) -> Option<String> {
    windows_desktop::session::id().map(|id| id.to_string())
}

/// Whether this process is root's. Where there is no `/proc` the answer is no.
fn is_root() -> bool {
    #[cfg(unix)]
    let owner = fs::metadata("/proc/self").map(|process| std::os::unix::fs::MetadataExt::uid(&process));
    #[cfg(not(unix))]
    let owner: std::io::Result<u32> = Ok(u32::MAX);
    owner.is_ok_and(|owner| owner == 0)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_state_folder_is_xdgs_then_roots_then_below_home() {
        let at = |state_home: Option<&str>, is_root| Environment {
            state_home: state_home.map(PathBuf::from),
            home: Some(PathBuf::from("/home/ann")),
            is_root,
            ..Environment::default()
        };
        for (environment, folder) in [
            (at(Some("/state"), true), "/state/trayline-agent"),
            (at(None, true), "/var/lib/trayline-agent"),
            (at(None, false), "/home/ann/.local/state/trayline-agent"),
        ] {
            assert_eq!(environment.state_folder(), Some(PathBuf::from(folder)));
        }
        assert_eq!(Environment::default().state_folder(), None);
    }

    #[test]
    fn a_session_is_named_by_its_screen() {
        for (screen, name) in [(Some(":0"), "-0"), (Some("wayland-1"), "wayland-1"), (None, "none")] {
            let environment = Environment { screen: screen.map(ToOwned::to_owned), ..Environment::default() };
            assert_eq!(environment.session_name(), name);
        }
    }
}
