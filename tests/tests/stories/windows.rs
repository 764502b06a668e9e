//! The agent for Windows, under Wine. `scripts/test-windows` sees to what this needs.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use broker_config::ChatId;
use serde_json::Value;
use tests::{DEADLINE, eventually};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::time::timeout;

use crate::estate::Estate;
use crate::technician::Technician;

/// A device with Windows, such as Wine makes it.
struct Windows;

impl Windows {
    fn command(program: &str, arguments: &[&str]) -> Command {
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
        let mut command = Command::new("wine");
        command.env("WINEPREFIX", target.join("wine")).env("WINEDEBUG", "-all").env_remove("DISPLAY");
        command.current_dir(target.join("x86_64-pc-windows-gnu/debug")).arg(program).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn agent(arguments: &[&str]) -> Output {
        Self::command("trayline-agent.exe", arguments).output().expect("wine")
    }

    /// What the agent prints, when all goes well.
    fn said(arguments: &[&str]) -> String {
        let output = Self::agent(arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n")
    }

    /// What the registry says starts with every session.
    fn autostart() -> Option<String> {
        let key = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Run";
        let output = Self::command("reg.exe", &["query", key, "/v", "Trayline"]).output().expect("wine");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.split_once("REG_SZ").map(|(_, value)| value.trim().to_owned())
    }
}

/// `trayline-agent chat`.
struct Chat {
    process: tokio::process::Child,
    stdin: ChildStdin,
    events: Lines<BufReader<ChildStdout>>,
}

impl Chat {
    fn start() -> Self {
        let mut command = Windows::command("trayline-agent.exe", &["chat", "--json", "--wait"]);
        command.stdin(Stdio::piped());
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
        while let Ok(Some(_)) = self.events.next_line().await {}
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
    assert_eq!(Windows::said(&["--version"]), format!("trayline-agent {}\n", env!("CARGO_PKG_VERSION")));
    // Whatever an earlier run left there.
    let _ = Windows::said(&["uninstall"]);

    let key = key["enrolment_key"].as_str().unwrap();
    let install = ["install", "--server", &estate.web_url, "--key", key, "--name", "FRONTDESK-01"];
    let asset_id = Windows::said(&install);
    assert_eq!(Windows::said(&install), asset_id, "again, it is the same device");
    let autostart = Windows::autostart().unwrap();
    assert!(autostart.starts_with('"') && autostart.ends_with("\\trayline-tray.exe\""), "{autostart}");

    let mut tray = Tray::start();
    eventually("the agent runs in its session", async || doctor().contains("ok    agent: It runs in this session."))
        .await;
    let doctor = doctor();
    assert!(
        doctor.starts_with(&format!("ok    device: It is enrolled. Its number is {}.\n", asset_id.trim())),
        "{doctor}"
    );
    assert!(doctor.contains("ok    server: Your IT team answers. It calls this device FRONTDESK-01.\n"), "{doctor}");
    assert!(doctor.contains("ok    clock: It is right.\nok    outbox: Nothing waits to be sent.\n"), "{doctor}");
    let second = Windows::agent(&["tray", "--open"]);
    assert!(second.status.success(), "{second:?}");
    assert!(String::from_utf8_lossy(&second.stderr).contains("this session has an agent already"), "{second:?}");
    tray.end();

    let mut chat = Chat::start();
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

    let _ = Windows::said(&["uninstall"]);
    assert_eq!(Windows::autostart(), None);
    assert!(self::doctor().starts_with("WRONG device: It is not enrolled"), "the identity is gone");
}

fn doctor() -> String {
    String::from_utf8_lossy(&Windows::agent(&["doctor"]).stdout).replace("\r\n", "\n")
}

/// `trayline-agent tray`, with a window that says nothing. Ended when dropped.
struct Tray(Child);

impl Tray {
    fn start() -> Self {
        let arguments = ["tray", "--window", r"C:\windows\system32\hostname.exe"];
        Self(Windows::command("trayline-agent.exe", &arguments).spawn().expect("wine"))
    }

    fn end(&mut self) {
        // What is started as `wine` becomes the program itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Tray {
    fn drop(&mut self) {
        self.end();
    }
}
