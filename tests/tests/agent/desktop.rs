//! A desktop without a screen: a session bus of its own, and on it what a panel and a notification service offer.

pub mod login;
mod notifications;
mod panel;
mod window;

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use tests::Program;
use zbus::Connection;

pub use notifications::{Notifications, Notified};
pub use panel::Panel;
pub use window::Windows;

/// The bus, and a folder for what belongs to the session.
pub struct Desktop {
    pub folder: TempDir,
    /// A connection of the test's.
    pub bus: Connection,
    address: String,
    daemon: Child,
}

impl Desktop {
    pub async fn start() -> Self {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--nosyslog", "--print-address"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-daemon; `make setup` sees to it");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        let address = address.trim().to_owned();
        let bus = zbus::connection::Builder::address(&*address).unwrap().build().await.unwrap();
        let desktop = Self { folder: TempDir::new().unwrap(), bus, address, daemon };
        desktop.install("xdg-open", "#!/bin/sh\nprintf '%s\\n' \"$1\" >>\"$XDG_RUNTIME_DIR/opened\"\n");
        desktop
    }

    /// `trayline-agent tray` for the device in `state_folder`, as the user `ann` on the screen `:7`.
    pub fn agent(&self, state_folder: &Path, arguments: &[&str]) -> Program {
        self.agent_on(":7", state_folder, arguments)
    }

    /// The same on another screen.
    pub fn agent_on(&self, screen: &str, state_folder: &Path, arguments: &[&str]) -> Program {
        let (state_folder, window) = (state_folder.display().to_string(), self.file("window").display().to_string());
        let fixed = ["tray", "--state-dir", &state_folder, "--window", &window];
        let arguments: Vec<_> = fixed.into_iter().chain(arguments.iter().copied()).collect();
        let path = format!("{}:/usr/bin:/bin", self.folder.path().display());
        let environment = [
            ("DBUS_SESSION_BUS_ADDRESS", self.address.as_str()),
            // Where the test plays the system's part as well.
            ("DBUS_SYSTEM_BUS_ADDRESS", self.address.as_str()),
            ("XDG_RUNTIME_DIR", self.folder.path().to_str().unwrap()),
            ("DISPLAY", screen),
            ("WAYLAND_DISPLAY", ""),
            ("PATH", path.as_str()),
            ("USER", "ann"),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Program::new("trayline-agent", &arguments, &self.file("agent.log")).with(&environment)
    }

    /// A script on the path of the session's programs.
    pub fn install(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.file(name);
        std::fs::write(&path, script).unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// What a file of the session holds.
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.file(name)).unwrap_or_default()
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}
