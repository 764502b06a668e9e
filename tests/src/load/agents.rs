//! What an agent costs on the device: many of them in one process, divided by how many.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use agent::{Agent, AgentSettings, Event, Identity, LinkState, Seed};
use broker_config::AssetId;
use nkeys::KeyPair;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::idle::{cpu_per_second, int};
use super::installation::Installation;
use super::options::Scale;
use super::report::Report;
use super::usage::memory;

/// An agent to run, as the other process is told of it.
#[derive(Serialize, Deserialize)]
struct Held {
    asset_id: AssetId,
    broker_url: String,
    jwt: String,
    seed: String,
}

/// Measures the agents' part of (d).
pub(super) async fn measure(installation: &Installation, asset_ids: &[AssetId], scale: &Scale, report: &mut Report) {
    let count = asset_ids.len();
    report.progress(&format!("(d) {count} agents in one process"));
    let held: Vec<_> = asset_ids.iter().map(|asset_id| held(installation, *asset_id)).collect();
    let file = installation.folder.path().join("agents.json");
    std::fs::write(&file, serde_json::to_vec(&held).expect("JSON")).expect("written");

    let started = tokio::task::spawn_blocking(move || Holder::start(&file));
    let (holder, before) = started.await.expect("started");
    let process = tokio::task::spawn_blocking(move || holder.go_on()).await.expect("every agent is online");
    let after = memory(process.0.id());
    let cpu = cpu_per_second(process.0.id(), scale.watched).await;
    let agents = f64::from(u32::try_from(count).expect("a number of agents"));
    let private = (int(after.private) - int(before.private)) / 1024.0 / agents;
    report.add("d", "agent, private memory per agent, idle", private, "KiB", count);
    report.add("d", "agent, CPU of all of them, idle", cpu * 100.0, "% of a core", count);
    report.detail("agents", &json!({ "before": before, "after": after }));
}

fn held(installation: &Installation, asset_id: AssetId) -> Held {
    let key = KeyPair::new_user();
    Held {
        asset_id,
        broker_url: installation.broker_url.clone(),
        jwt: installation.device_jwt(asset_id, &key),
        seed: key.seed().expect("a seed"),
    }
}

/// The process that runs the agents. Killed when dropped.
struct Holder(Child);

impl Holder {
    /// Starts it, without agents yet, and says what it uses.
    fn start(file: &Path) -> (Self, super::usage::Memory) {
        let program = std::env::current_exe().expect("this program's file");
        let mut command = Command::new(program);
        command.arg("--hold-agents").arg(file).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut holder = Self(command.spawn().expect("this program"));
        holder.hear();
        let memory = memory(holder.0.id());
        (holder, memory)
    }

    /// Lets it start the agents, and waits until all are online.
    fn go_on(mut self) -> Self {
        writeln!(self.0.stdin.as_mut().expect("its input")).expect("told");
        self.hear();
        self
    }

    fn hear(&mut self) {
        let mut line = String::new();
        BufReader::new(self.0.stdout.as_mut().expect("its output")).read_line(&mut line).expect("heard");
        assert!(!line.is_empty(), "the process with the agents ended");
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// In a process of its own: says that it is there, waits for a line, runs the agents of `file`, says that they are online,
/// and holds them until standard input ends.
///
/// # Panics
/// When an agent does not start.
pub async fn hold_agents(file: &Path) {
    let held: Vec<Held> = serde_json::from_slice(&std::fs::read(file).expect("the file")).expect("agents");
    println!("ready");
    next_line().await;

    let mut agents = Vec::new();
    for held in held {
        let folder = file.with_file_name(format!("agent-{}", held.asset_id));
        let identity = Identity {
            asset_id: held.asset_id,
            server: None,
            broker_urls: vec![held.broker_url],
            certificate_authority: None,
            proxy: None,
            jwt: held.jwt,
            seed: Seed::new(held.seed),
            folder: None,
        };
        agents.push(Agent::start(AgentSettings::new(identity, folder)).await.expect("an agent"));
    }
    for (_, events) in &mut agents {
        while !matches!(events.recv().await, Ok(Event::Link(LinkState::Online))) {}
    }
    println!("online");
    next_line().await;
}

/// Waits for a line on standard input, or for its end.
async fn next_line() {
    let line = tokio::task::spawn_blocking(|| std::io::stdin().lines().next());
    line.await.expect("finished");
}
