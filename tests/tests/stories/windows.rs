//! The agent for Windows, under Wine. `scripts/test-windows` sees to what this needs.

use std::io::BufRead as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use broker_config::ChatId;
use serde_json::Value;
use tempfile::NamedTempFile;
use tests::{DEADLINE, eventually};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::time::timeout;

use crate::estate::Estate;
use crate::technician::Technician;

/// A device with Windows, such as Wine makes it, with a screen that nobody sees.
struct Windows {
    screen: Child,
    display: String,
}

/// A program that ended.
#[derive(Debug)]
struct Ended {
    well: bool,
    stdout: String,
    stderr: String,
}

impl Windows {
    fn start() -> Self {
        let mut screen = Command::new("Xvfb");
        screen.args(["-displayfd", "1", "-screen", "0", "800x600x24", "-nolisten", "tcp"]);
        let screen = screen.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut screen = screen.expect("Xvfb; `make setup` gets it");
        let mut number = String::new();
        std::io::BufReader::new(screen.stdout.as_mut().unwrap()).read_line(&mut number).unwrap();
        Self { screen, display: format!(":{}", number.trim()) }
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
        let mut command = Command::new("wine");
        command.env("WINEPREFIX", target.join("wine")).env("WINEDEBUG", "-all").env("DISPLAY", &self.display);
        command.current_dir(target.join("x86_64-pc-windows-gnu/debug")).arg(program).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Runs a program, and gives what it printed. Into files: what Wine starts behind it would hold pipes open.
    fn run(&self, program: &str, arguments: &[&str]) -> Ended {
        let (stdout, stderr) = (NamedTempFile::new().unwrap(), NamedTempFile::new().unwrap());
        let mut command = self.command(program, arguments);
        command.stdout(stdout.reopen().unwrap()).stderr(stderr.reopen().unwrap());
        let well = command.status().expect("wine").success();
        let text = |file: NamedTempFile| std::fs::read_to_string(file.path()).unwrap().replace("\r\n", "\n");
        Ended { well, stdout: text(stdout), stderr: text(stderr) }
    }

    fn agent(&self, arguments: &[&str]) -> Ended {
        self.run("trayline-agent.exe", arguments)
    }

    /// What the agent prints, when all goes well.
    fn said(&self, arguments: &[&str]) -> String {
        let ended = self.agent(arguments);
        assert!(ended.well, "{arguments:?}: {ended:?}");
        ended.stdout
    }

    fn doctor(&self) -> String {
        self.agent(&["doctor"]).stdout
    }

    /// Clicks on the only icon in the tray, which Wine shows in a window of its own.
    fn click_icon(&self) {
        let mut xdotool = Command::new("xdotool");
        xdotool.env("DISPLAY", &self.display);
        xdotool.args(["search", "--sync", "--onlyvisible", "--name", "^Wine System Tray$"]);
        let clicked = xdotool.args(["mousemove", "--window", "%1", "10", "10", "click", "1"]).status();
        assert!(clicked.expect("xdotool; `make setup` gets it").success());
    }

    /// What the registry says starts with every session.
    fn autostart(&self) -> Option<String> {
        let key = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Run";
        let printed = self.run("reg.exe", &["query", key, "/v", "Trayline"]).stdout;
        printed.split_once("REG_SZ").map(|(_, value)| value.trim().to_owned())
    }
}

impl Drop for Windows {
    fn drop(&mut self) {
        let _ = self.screen.kill();
        let _ = self.screen.wait();
    }
}

/// `trayline-agent chat`.
struct Chat {
    process: tokio::process::Child,
    stdin: ChildStdin,
    events: Lines<BufReader<ChildStdout>>,
}

impl Chat {
    fn start(windows: &Windows) -> Self {
        let mut command = windows.command("trayline-agent.exe", &["chat", "--json", "--wait"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = tokio::process::Command::from(command).kill_on_drop(true).spawn().expect("wine");
        let (stdin, stdout) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        Self { process, stdin, events: BufReader::new(stdout).lines() }
    }

    async fn say(&mut self, text: &str) {
        self.stdin.write_all(format!("{text}\n").as_bytes()).await.unwrap();
    }

    /// Waits until a message is in the log, and gives its text.
    async fn hears(&mut self) -> String {
        loop {
            let line = timeout(DEADLINE, self.events.next_line()).await.expect("an event in time").unwrap();
            let event: Value = serde_json::from_str(&line.expect("the agent runs")).unwrap();
            if event["event"] == "said" {
                return event["text"].as_str().unwrap().to_owned();
            }
        }
    }

    /// Whether everything was stored when it ended.
    async fn end(mut self) -> bool {
        drop(self.stdin);
        self.process.wait().await.unwrap().success()
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Wine: scripts/test-windows"]
async fn the_agent_for_windows_is_installed_talks_and_is_taken_out_again() {
    let estate = Estate::start().await;
    let customer = estate.admin(&["customer", "add", "--name", "Bluebell Dental"]);
    let key = estate.admin(&["enrolment-key", "add", "--customer", customer["customer_id"].as_str().unwrap()]);
    let technician = Technician::sign_in(&estate, "priya").await;
    let windows = Windows::start();
    assert_eq!(windows.said(&["--version"]), format!("trayline-agent {}\n", env!("CARGO_PKG_VERSION")));
    // Whatever an earlier run left there.
    let _ = windows.said(&["uninstall"]);

    let key = key["enrolment_key"].as_str().unwrap();
    let install = ["install", "--server", &estate.web_url, "--key", key, "--name", "FRONTDESK-01"];
    let asset_id = windows.said(&install);
    assert_eq!(windows.said(&install), asset_id, "again, it is the same device");
    let autostart = windows.autostart().unwrap();
    assert!(autostart.starts_with('"') && autostart.ends_with("\\trayline-tray.exe\""), "{autostart}");

    let tray = Tray::start(&windows, estate.folder.path());
    eventually("the agent runs in its session", async || {
        windows.doctor().contains("ok    agent: It runs in this session.")
    })
    .await;
    let doctor = windows.doctor();
    assert!(
        doctor.starts_with(&format!("ok    device: It is enrolled. Its number is {}.\n", asset_id.trim())),
        "{doctor}"
    );
    assert!(doctor.contains("ok    server: Your IT team answers. It calls this device FRONTDESK-01.\n"), "{doctor}");
    assert!(doctor.contains("ok    clock: It is right.\nok    outbox: Nothing waits to be sent.\n"), "{doctor}");
    let second = windows.agent(&["tray", "--open"]);
    assert!(second.well && second.stderr.contains("this session has an agent already"), "{second:?}");
    eventually("the window opens", async || tray.opened() == 1).await;
    windows.click_icon();
    eventually("the window opens by a click on the icon", async || tray.opened() == 2).await;
    drop(tray);

    let mut chat = Chat::start(&windows);
    chat.say("hello from Windows 👋").await;
    assert_eq!(chat.hears().await, "hello from Windows 👋");
    let mut chat_id: Option<ChatId> = None;
    eventually("the technician sees the chat", async || {
        let chats = technician.open_chats().await.unwrap_or_default();
        chat_id = chats.first().map(|(_, chat_id)| *chat_id);
        chat_id.is_some()
    })
    .await;
    technician.say(chat_id.unwrap(), "hello, Windows").await;
    assert_eq!(chat.hears().await, "hello, Windows");
    assert!(chat.end().await, "all is stored");

    let _ = windows.said(&["uninstall"]);
    assert_eq!(windows.autostart(), None);
    assert!(windows.doctor().starts_with("WRONG device: It is not enrolled"), "the identity is gone");
}

/// `trayline-agent tray`, with a window that says something strange and ends. Ended when dropped.
struct Tray {
    agent: Child,
    log: PathBuf,
}

impl Tray {
    fn start(windows: &Windows, folder: &Path) -> Self {
        let log = folder.join("tray.log");
        let arguments = ["tray", "--window", r"C:\windows\system32\hostname.exe"];
        let mut agent = windows.command("trayline-agent.exe", &arguments);
        let agent = agent.stderr(std::fs::File::create(&log).unwrap()).spawn().expect("wine");
        Self { agent, log }
    }

    /// How often the window was opened.
    fn opened(&self) -> usize {
        let log = std::fs::read_to_string(&self.log).unwrap();
        log.matches("the window said something that this version does not understand").count()
    }
}

impl Drop for Tray {
    fn drop(&mut self) {
        // What is started as `wine` becomes the program itself.
        let _ = self.agent.kill();
        let _ = self.agent.wait();
    }
}
