//! What a process is made of: operations listener, workers, front. Started in this order, stopped in the reverse one.

pub mod database;
mod workers;

use std::future::Future;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use async_nats::Client;
use broker_config::{Log, Role, SystemClock, connect};
use futures::future::select_all;
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use web::Front;

use crate::broker_files;
use crate::config::Config;
use crate::readiness::Readiness;
use crate::{operations, telemetry};

pub use workers::WORKER_WORDS;

/// What a process is connected to.
#[derive(Debug, Clone)]
pub struct Connections {
    /// The database.
    pub db: PgPool,
    brokers: Vec<(Role, Client)>,
}

impl Connections {
    /// Connects to the database, and to the broker in each of these roles. Refuses a database with another schema.
    pub async fn open(config: &Config, roles: &[Role]) -> anyhow::Result<Self> {
        let db = database::connect(config)?;
        database::refuse_other_schema(&db).await?;
        let mut brokers = Vec::new();
        for role in roles {
            brokers.push((*role, connect(&config.broker.address(*role), *role).await?));
        }
        Ok(Self { db, brokers })
    }

    /// Lets go of the broker and the database, before they stop.
    pub async fn close(self) {
        for (_, client) in self.brokers {
            close_broker(&client).await;
        }
        self.db.close().await;
    }

    /// The log, as a role that it is connected in.
    pub fn log(&self, role: Role) -> anyhow::Result<Log> {
        let (_, client) =
            self.brokers.iter().find(|(found, _)| *found == role).context("not connected in this role")?;
        Ok(Log::new(client.clone()))
    }

    fn readiness(&self) -> Readiness {
        let brokers = self.brokers.iter().map(|(role, client)| (role.name(), client.clone())).collect();
        Readiness { brokers, database: self.db.clone() }
    }
}

/// Ends a connection to the broker for good, so that it does not look for a broker that is about to stop.
pub async fn close_broker(client: &Client) {
    // An error means that it has ended already.
    let _ = client.drain().await;
}

/// The running parts of a process.
pub struct Parts {
    parts: Vec<Part>,
    patience: Duration,
}

struct Part {
    name: &'static str,
    stop: CancellationToken,
    task: JoinHandle<anyhow::Result<()>>,
}

impl Parts {
    /// Starts the operations listener, alone.
    pub fn start(config: &Config, connections: &Connections, operations: TcpListener) -> anyhow::Result<Self> {
        let mut parts = Self { parts: Vec::new(), patience: config.shutdown_patience() };
        let metrics = telemetry::record_metrics()?;
        let readiness = connections.readiness();
        parts.add("operations", |stop| async move {
            operations::serve(operations, readiness, metrics, stop).await.context("the operations listener failed")
        });
        Ok(parts)
    }

    /// Starts the web front on `listener`.
    pub fn front(&mut self, config: &Config, connections: &Connections, listener: TcpListener) -> anyhow::Result<()> {
        let settings = web::Settings {
            public_url: config.web.public_url_on(listener.local_addr()?),
            broker_urls: config.broker.addresses_for_devices(),
            session_hours: config.web.session_hours,
            session_days: config.web.session_days,
            trusted_proxies: config.web.trusted_proxies.clone(),
            tls: config.web.tls_files(),
            password_sign_in: config.web.password_sign_in,
            oidc: config.oidc.settings()?,
        };
        let log = connections.log(Role::Web)?;
        let signer = broker_files::device_signer(&config.broker.credentials)?;
        let front = Front::new(settings, connections.db.clone(), log, signer, Arc::new(SystemClock))?;
        self.add("web", |stop| async move { front.serve(listener, stop).await.context("the web front failed") });
        Ok(())
    }

    /// Starts a part that ends soon after its token is cancelled, and not before.
    pub fn add<F>(&mut self, name: &'static str, part: impl FnOnce(CancellationToken) -> F)
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let stop = CancellationToken::new();
        let task = tokio::spawn(part(stop.clone()));
        self.parts.push(Part { name, stop, task });
    }

    /// Runs until `stop`, or until a part ends by itself, which is a failure; then stops all parts in order.
    pub async fn until(mut self, stop: CancellationToken) -> anyhow::Result<ExitCode> {
        let failed = tokio::select! {
            () = stop.cancelled() => None,
            (ended, index, _) = select_all(self.parts.iter_mut().map(|part| &mut part.task)) => Some((ended, index)),
        };
        let failed = failed.map(|(ended, index)| (self.parts.remove(index).name, ended));
        let in_time = self.stop().await;
        match failed {
            Some((name, Ok(Ok(())))) => bail!("{name} ended by itself"),
            Some((_, Ok(Err(error)))) => Err(error),
            Some((name, Err(error))) => Err(error).context(format!("{name} failed")),
            None if in_time => Ok(ExitCode::SUCCESS),
            None => bail!("not everything stopped in time (shutdown_seconds)"),
        }
    }

    async fn stop(self) -> bool {
        let deadline = Instant::now() + self.patience;
        let mut in_time = true;
        for Part { name, stop, mut task } in self.parts.into_iter().rev() {
            stop.cancel();
            match tokio::time::timeout_at(deadline, &mut task).await {
                Ok(Ok(Ok(()))) => tracing::debug!(part = name, "stopped"),
                Ok(Ok(Err(error))) => {
                    tracing::error!(part = name, error = format!("{error:#}"), "failed while stopping");
                }
                Ok(Err(error)) => tracing::error!(part = name, %error, "failed while stopping"),
                Err(_) => {
                    tracing::error!(part = name, "did not stop in time");
                    task.abort();
                    in_time = false;
                }
            }
        }
        in_time
    }
}
