//! The files that an installation puts into the system, whole.

use std::path::{Path, PathBuf};

/// A file to be there while the agent is installed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) path: PathBuf,
    pub(crate) contents: String,
}

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
        assert_eq!(line(1, "Exec="), r#""/opt/a b/trayline-agent" tray --open"#);
    }

    #[test]
    fn no_path_is_anything_but_a_path() {
        assert_eq!(quoted(Path::new(r#"/a"$b%f\c"#)), r#""/a\\"\\$b%%f\\\\c""#);
    }
}
