//! A display that nobody sees, with a window manager, and the real window on it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use agent::window::{FromWindow, ToWindow, line, read};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// An X server of its own, ended with this.
pub struct Desktop {
    server: Child,
    manager: Child,
    display: String,
}

impl Desktop {
    pub fn start() -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb; `make setup` gets it");
        let mut number = String::new();
        BufReader::new(server.stdout.as_mut().unwrap()).read_line(&mut number).unwrap();
        let display = format!(":{}", number.trim());
        let manager = Command::new("openbox")
            .env("DISPLAY", &display)
            .stderr(Stdio::null())
            .spawn()
            .expect("openbox; `make setup` gets it");
        let desktop = Self { server, manager, display };
        // The manager is there when it answers.
        let answers = || desktop.try_xdotool(&["get_num_desktops"]).is_some();
        assert!(wait_until(answers), "a window manager");
        desktop
    }

    /// What xdotool prints.
    pub fn xdotool(&self, arguments: &[&str]) -> String {
        self.try_xdotool(arguments).unwrap_or_else(|| panic!("xdotool {arguments:?}"))
    }

    /// Whether the window with this title gets what is typed, however often one looks.
    pub fn stays_with(&self, title: &str) -> bool {
        let focused = || self.try_xdotool(&["getwindowfocus", "getwindowname"]);
        (0..10).all(|_| focused().as_deref() == Some(title))
    }

    /// The title of the window that the window manager says is in front.
    pub fn active(&self) -> Option<String> {
        self.try_xdotool(&["getactivewindow", "getwindowname"])
    }

    pub fn try_xdotool(&self, arguments: &[&str]) -> Option<String> {
        let output = Command::new("xdotool")
            .args(arguments)
            .env("DISPLAY", &self.display)
            .output()
            .expect("xdotool; `make setup` gets it");
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap().trim().to_owned())
    }

    /// Starts the window.
    pub fn window(&self) -> Driven {
        let mut child = Command::new(env!("CARGO_BIN_EXE_trayline-chat"))
            .env("DISPLAY", &self.display)
            .env_remove("WAYLAND_DISPLAY")
            .env("LANG", "C.UTF-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, said) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines() {
                if sender.send(read(&line.unwrap()).unwrap()).is_err() {
                    return;
                }
            }
        });
        Driven { stdin: child.stdin.take(), child, said }
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        for child in [&mut self.manager, &mut self.server] {
            _ = child.kill();
            _ = child.wait();
        }
    }
}

/// A window whose resident is the test.
pub struct Driven {
    child: Child,
    stdin: Option<ChildStdin>,
    said: Receiver<FromWindow>,
}

impl Driven {
    pub fn tell(&mut self, told: impl IntoIterator<Item = ToWindow>) {
        for told in told {
            self.stdin.as_mut().unwrap().write_all(line(&told).as_bytes()).unwrap();
        }
    }

    /// Waits until the window says this; returns what it said before.
    pub fn until(&self, expected: &FromWindow) -> Vec<FromWindow> {
        let mut before = Vec::new();
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.said.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(said) if said == *expected => return before,
                Ok(said) => before.push(said),
                Err(error) => panic!("{error}: no {expected:?} after {before:?}"),
            }
        }
    }

    /// What the window says until it ends.
    pub fn until_end(&mut self) -> (Vec<FromWindow>, Option<i32>) {
        let mut said = Vec::new();
        loop {
            match self.said.recv_timeout(PATIENCE) {
                Ok(one) => said.push(one),
                Err(RecvTimeoutError::Disconnected) => return (said, self.child.wait().unwrap().code()),
                Err(RecvTimeoutError::Timeout) => panic!("it goes on after {said:?}"),
            }
        }
    }

    /// What happens when the resident is killed.
    pub fn resident_ends(&mut self) {
        self.stdin = None;
    }
}

impl Drop for Driven {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// Whether it becomes so in time.
pub fn wait_until(condition: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if condition() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}
