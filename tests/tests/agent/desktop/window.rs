//! The chat window, played by a script: what it was told, and what it says.

use std::io::Write as _;
use std::process::Command;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tests::eventually;

use super::Desktop;

/// Every window that the agent has opened on a desktop.
pub struct Windows<'a>(&'a Desktop);

impl<'a> Windows<'a> {
    /// Lets the agent find the script where it looks for the window's program.
    pub fn install(desktop: &'a Desktop) -> Self {
        desktop.install("window", include_str!("window.py"));
        assert!(Command::new("mkfifo").arg(desktop.file("says")).status().unwrap().success());
        Self(desktop)
    }

    /// The process of every window so far.
    pub fn pids(&self) -> Vec<i32> {
        self.0.read("windows").lines().map(|pid| pid.parse().unwrap()).collect()
    }

    /// Whether the last window is there.
    pub fn is_open(&self) -> bool {
        let state = |pid: &i32| std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        self.pids().last().is_some_and(|pid| state(pid).contains("(python3)") && !state(pid).contains(") Z "))
    }

    /// What all of them were told.
    pub fn told(&self) -> Vec<Value> {
        let told = self.0.read("told");
        // The last line may be half written.
        told.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// Waits until one was told this, `times` times.
    pub async fn was_told(&self, what: &Value, times: usize) {
        eventually(&format!("the window is told {what}"), async || {
            self.told().iter().filter(|told| *told == what).count() == times
        })
        .await;
    }

    /// Waits until a window was asked to appear for the `times`th time.
    pub async fn appeared(&self, focus: bool, times: usize) {
        self.was_told(&json!({"tell": "show", "focus": focus}), times).await;
    }

    /// The window says something.
    pub fn say(&self, what: &Value) {
        let mut pipe = std::fs::OpenOptions::new().write(true).open(self.0.file("says")).unwrap();
        pipe.write_all(format!("{what}\n").as_bytes()).unwrap();
    }

    /// The last window is killed, as by a crash.
    pub fn crash(&self) {
        let pid = *self.pids().last().unwrap();
        kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL).unwrap();
    }
}
