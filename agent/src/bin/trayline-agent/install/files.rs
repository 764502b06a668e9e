//! The files that an installation puts into the system, whole.

use std::path::{Path, PathBuf};

use crate::environment::SYSTEM_FOLDER;

/// A file to be there while the agent is installed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) path: PathBuf,
    pub(crate) contents: String,
}

/// The timer by which the device takes another credential before the one that it has expires.
pub(crate) const TIMER: &str = "/etc/systemd/system/trayline-agent-rotate.timer";

/// Where a link to it has it run from the next start of the system on.
pub(crate) const TIMER_WANTED: &str = "etc/systemd/system/timers.target.wants/trayline-agent-rotate.timer";

/// Every hour, and not all devices at once; missed ones are made up for.
const TIMER_UNIT: &str = "[Unit]\nDescription=Live Chat asks whether it needs another credential\n\n\
    [Timer]\nOnCalendar=hourly\nRandomizedDelaySec=3600\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n";

/// Every file, below `root`, for the program at `program`: it starts with each session, and the application menu has an
/// entry that opens the chat, for desktops without a tray.
pub(crate) fn placed(root: &Path, program: &Path) -> Vec<Placed> {
    let exec = quoted(program);
    let at = |path: &str, contents: String| Placed { path: root.join(path), contents };
    vec![
        at("etc/xdg/autostart/trayline-agent.desktop", entry(&format!("{exec} tray"), "NoDisplay=true\n")),
        at(
            "usr/local/share/applications/trayline-agent.desktop",
            entry(&format!("{exec} tray --open"), "Categories=Network;InstantMessaging;\n"),
        ),
        at(
            "usr/local/share/icons/hicolor/scalable/apps/trayline-agent.svg",
            include_str!("trayline-agent.svg").to_owned(),
        ),
        at(
            "etc/systemd/system/trayline-agent-rotate.service",
            format!(
                "[Unit]\nDescription=Live Chat takes another credential, if it needs one\nAfter=network-online.target\n\n\
                 [Service]\nType=oneshot\nExecStart={} --state-dir {SYSTEM_FOLDER} rotate\n",
                unit_quoted(program),
            ),
        ),
        at(TIMER.trim_start_matches('/'), TIMER_UNIT.to_owned()),
    ]
}

fn entry(exec: &str, more: &str) -> String {
    format!(
        "[Desktop Entry]\nType=Application\nVersion=1.0\nName=Live Chat\nComment=Chat with your IT support\n\
         Exec={exec}\nIcon=trayline-agent\nTerminal=false\nStartupNotify=false\n{more}"
    )
}

/// A path as the key `Exec` of a desktop entry takes it: quoted, and escaped once for the quotes and once for the file.
fn quoted(program: &Path) -> String {
    let mut quoted = String::from('"');
    for character in program.to_string_lossy().chars() {
        match character {
            '\\' => quoted.push_str(r"\\\\"),
            '"' | '`' | '$' => quoted.extend([r"\\", &character.to_string()]),
            '%' => quoted.push_str("%%"),
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// A path as `ExecStart` of a unit takes it.
fn unit_quoted(program: &Path) -> String {
    let program = program.to_string_lossy().replace('\\', r"\\").replace('"', r#"\""#);
    format!("\"{}\"", program.replace('%', "%%").replace('$', "$$"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_agent_starts_with_a_session_and_the_menu_opens_the_chat() {
        let placed = placed(Path::new("/"), Path::new("/opt/a b/trayline-agent"));
        let line = |at: usize, key: &str| placed[at].contents.lines().find_map(|line| line.strip_prefix(key)).unwrap();
        assert_eq!(placed[0].path, Path::new("/etc/xdg/autostart/trayline-agent.desktop"));
        assert_eq!(line(0, "Exec="), r#""/opt/a b/trayline-agent" tray"#);
        assert_eq!(placed[1].path, Path::new("/usr/local/share/applications/trayline-agent.desktop"));
        assert_eq!(line(3, "ExecStart="), r#""/opt/a b/trayline-agent" --state-dir /var/lib/trayline-agent rotate"#);
        assert_eq!(line(1, "Exec="), r#""/opt/a b/trayline-agent" tray --open"#);
    }

    #[test]
    fn no_path_is_anything_but_a_path() {
        assert_eq!(quoted(Path::new(r#"/a"$b%f\c"#)), r#""/a\\"\\$b%%f\\\\c""#);
        assert_eq!(unit_quoted(Path::new(r#"/a"$b%f\c"#)), r#""/a\"$$b%%f\\c""#);
    }
}
