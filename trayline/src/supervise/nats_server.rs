//! The private nats-server.

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_nats::Client;
use broker_config::server_config::Server;
use broker_config::{BrokerAddress, ConnectError, Role, connect};
use rustix::process::Signal;
use tokio::time::sleep;

use super::leftover;
use super::process::{Launch, Process};

/// How often a starting server is asked whether it is there.
const ASK: Duration = Duration::from_millis(20);

/// Where the private broker keeps what.
#[derive(Debug, Clone)]
pub struct NatsServer {
    /// Its program.
    pub program: PathBuf,
    /// Its folder: configuration, keys, credentials, streams.
    pub folder: PathBuf,
    /// What it prints goes here.
    pub log: PathBuf,
}

impl NatsServer {
    /// Stops one that an earlier start left running.
    pub async fn stop_leftover(&self) -> std::io::Result<bool> {
        leftover::stop(&self.pid_file(), "nats-server", &self.folder, Signal::TERM).await
    }

    /// Its part of the configuration, listening on `port` of this machine alone.
    pub fn settings(&self, port: u16) -> Server {
        Server {
            name: "trayline-up".to_owned(),
            host: "127.0.0.1".to_owned(),
            port,
            websocket_port: None,
            monitoring_port: None,
            tls: None,
            store_dir: self.folder.clone(),
            cluster: None,
        }
    }

    /// How it is started.
    pub fn launch(&self) -> Launch {
        Launch {
            name: "nats-server",
            program: self.program.clone(),
            arguments: vec!["-c".into(), "nats-server.conf".into(), "-P".into(), self.pid_file().into()],
            folder: self.folder.clone(),
            user: None,
            log: self.log.clone(),
            stop_signal: Signal::TERM,
        }
    }

    fn pid_file(&self) -> PathBuf {
        self.folder.join("nats-server.pid")
    }
}

/// Connects to a server that was just started; waits for as long as it lives.
pub async fn connect_when_ready(
    process: &mut Process,
    address: &BrokerAddress,
    role: Role,
    log: &Path,
) -> Result<Client, NatsServerError> {
    loop {
        match connect(address, role).await {
            Err(ConnectError::Unreachable(_)) => {}
            connected => return Ok(connected?),
        }
        if let Some(status) = process.ended() {
            return Err(NatsServerError::Ended { status, log: log.to_owned(), words: process.last_words() });
        }
        sleep(ASK).await;
    }
}

/// Why the private nats-server is not there.
#[derive(Debug, thiserror::Error)]
pub enum NatsServerError {
    /// It ended instead of starting.
    #[error("nats-server ended at its start ({status}). The end of {}:\n{words}", .log.display())]
    Ended {
        /// How.
        status: std::process::ExitStatus,
        /// Its log.
        log: PathBuf,
        /// The end of its log.
        words: String,
    },
    /// It runs, but cannot be used.
    #[error(transparent)]
    Connect(#[from] ConnectError),
}
