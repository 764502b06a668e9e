//! A screen that nobody sees, with a window manager, and hands on its keyboard and mouse.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use tests::eventually;

/// An X server of its own.
pub struct Screen {
    pub display: String,
    server: Child,
    manager: Child,
}

impl Screen {
    pub async fn start() -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb; `make setup` sees to it");
        let mut number = String::new();
        BufReader::new(server.stdout.as_mut().unwrap()).read_line(&mut number).unwrap();
        let display = format!(":{}", number.trim());
        let manager = Command::new("openbox")
            .env("DISPLAY", &display)
            .stderr(Stdio::null())
            .spawn()
            .expect("openbox; `make setup` sees to it");
        let screen = Self { display, server, manager };
        eventually("a window manager", async || screen.try_xdotool(&["get_num_desktops"]).is_some()).await;
        screen
    }

    /// Waits until the window of this name has the keyboard.
    pub async fn in_front(&self, name: &str) {
        let front = async || self.try_xdotool(&["getactivewindow", "getwindowname"]).as_deref() == Some(name);
        eventually(&format!("{name} is in front"), front).await;
    }

    /// Types a line and presses Enter.
    pub fn type_line(&self, text: &str) {
        self.xdotool(&["type", "--delay", "20", text]);
        self.xdotool(&["key", "Return"]);
    }

    /// Clicks on the button that stands where one writes once a chat has ended, in the middle of the lower edge.
    pub fn click_start_a_new_chat(&self) {
        let window = self.xdotool(&["getactivewindow"]);
        let geometry = self.xdotool(&["getwindowgeometry", "--shell", &window]);
        let size = |name| geometry.lines().find_map(|line| line.strip_prefix(name)).unwrap().parse::<i32>().unwrap();
        let (x, y) = (size("WIDTH=") / 2, size("HEIGHT=") - 35);
        self.xdotool(&["mousemove", "--window", &window, &x.to_string(), &y.to_string(), "click", "1"]);
    }

    /// What xdotool prints.
    pub fn xdotool(&self, arguments: &[&str]) -> String {
        self.try_xdotool(arguments).unwrap_or_else(|| panic!("xdotool {arguments:?}"))
    }

    fn try_xdotool(&self, arguments: &[&str]) -> Option<String> {
        let mut command = Command::new("xdotool");
        let output =
            command.args(arguments).env("DISPLAY", &self.display).output().expect("xdotool; `make setup` sees to it");
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap().trim().to_owned())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        for child in [&mut self.manager, &mut self.server] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
