//! A device with the real agent, which is killed and started again while it sends.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::Value;
use tests::{DEADLINE, Program};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::{sleep, timeout};

use crate::estate::Estate;
use crate::technician::Said;

/// One in so many lines, the agent is killed while it takes the line.
const KILLED_ONE_IN: u32 = 25;

/// An enrolled device.
pub struct Device {
    /// What technicians call it.
    pub name: String,
    /// The chat that it is in, once it has settled.
    pub chat_id: String,
    state: PathBuf,
    output: PathBuf,
    running: Option<Running>,
}

struct Running {
    process: Child,
    stdin: ChildStdin,
    events: Lines<BufReader<ChildStdout>>,
}

impl Device {
    /// Enrols a device by this name.
    pub fn enrol(estate: &Estate, key: &str, name: &str) -> Self {
        let state = estate.folder.path().join(name);
        let output = estate.folder.path().join("output");
        let arguments = ["enrol", "--server", &estate.web_url, "--key", key, "--name", name];
        let _ = agent(&arguments, &state, &output).run();
        Self { name: name.to_owned(), chat_id: String::new(), state, output, running: None }
    }

    /// Sends `count` lines and gives the texts that the agent said it had accepted. The others, on which the agent was
    /// killed, may have gone out or not; each was written once.
    pub async fn send(&mut self, count: u32, random: &mut StdRng) -> Vec<String> {
        let mut accepted = Vec::new();
        for number in 0..count {
            for attempt in 0.. {
                let text = format!("{} {number} try {attempt} 👩‍🔧", self.name);
                if self.say(&text, random).await {
                    accepted.push(text);
                    break;
                }
            }
            sleep(Duration::from_millis(random.random_range(5..40))).await;
        }
        accepted
    }

    /// Starts the agent once more and waits until its outbox is empty and it has heard `count` messages. Gives those in
    /// the order of their sequences.
    pub async fn settle(&mut self, count: usize) -> Vec<Said> {
        self.kill().await;
        let running = self.start();
        let mut said = Vec::new();
        let mut ids = BTreeSet::new();
        while said.len() < count {
            let line = timeout(DEADLINE, running.events.next_line()).await.expect("an event in time").unwrap();
            let event: Value = serde_json::from_str(&line.expect("the agent runs")).unwrap();
            if event["event"] == "said" && ids.insert(event["message_id"].to_string()) {
                said.push(read(&event));
            }
        }
        let Running { mut process, stdin, mut events } = self.running.take().unwrap();
        drop(stdin);
        while let Ok(Some(_)) = events.next_line().await {}
        assert!(process.wait().await.unwrap().success(), "{}: the outbox is empty", self.name);
        said.sort_by_key(|said| said.seq);
        self.chat_id.clone_from(&said[0].chat_id);
        said
    }

    /// Types a line. Whether the agent said that it is accepted.
    async fn say(&mut self, text: &str, random: &mut StdRng) -> bool {
        let killed = random.random_ratio(1, KILLED_ONE_IN);
        let pause = Duration::from_micros(random.random_range(0..8_000));
        let running = match self.running.as_mut() {
            Some(running) => running,
            None => self.start(),
        };
        let typed = running.stdin.write_all(format!("{text}\n").as_bytes()).await;
        typed.expect("the agent reads what is typed");
        if killed {
            sleep(pause).await;
            let _ = running.process.start_kill();
        }
        let accepted = running.accepted().await;
        if killed {
            self.kill().await;
        }
        accepted
    }

    fn start(&mut self) -> &mut Running {
        let mut command = Command::from(agent(&["chat", "--json", "--wait"], &self.state, &self.output).command());
        let log = std::fs::OpenOptions::new().create(true).append(true).open(&self.output).unwrap();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log).kill_on_drop(true);
        let mut process = command.spawn().unwrap();
        let stdin = process.stdin.take().unwrap();
        let events = BufReader::new(process.stdout.take().unwrap()).lines();
        self.running.insert(Running { process, stdin, events })
    }

    async fn kill(&mut self) {
        if let Some(mut running) = self.running.take() {
            let _ = running.process.kill().await;
        }
    }
}

impl Running {
    /// Reads up to the next line's acceptance; false when the agent ends before.
    async fn accepted(&mut self) -> bool {
        loop {
            match timeout(DEADLINE, self.events.next_line()).await.expect("the agent answers") {
                Ok(Some(line)) => match serde_json::from_str::<Value>(&line) {
                    Ok(event) if event["event"] == "accepted" => return true,
                    _ => {}
                },
                Ok(None) | Err(_) => return false,
            }
        }
    }
}

fn agent(arguments: &[&str], state: &Path, output: &Path) -> Program {
    let state = state.display().to_string();
    Program::new("trayline-agent", &[arguments, &["--state-dir", &state]].concat(), output)
}

fn read(event: &Value) -> Said {
    let text = |name: &str| event[name].as_str().unwrap().to_owned();
    Said {
        seq: event["seq"].as_u64().unwrap(),
        message_id: text("message_id"),
        chat_id: text("chat_id"),
        text: text("text"),
    }
}
