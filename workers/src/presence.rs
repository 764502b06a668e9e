//! Presence of devices: which of them are connected to the broker.
//!
//! The broker tells of every connection as it comes and goes; several instances share what it tells. Because a server
//! that is killed tells nothing, and what is told while no instance runs is lost, what is known is also compared with the
//! broker's own lists: after every connection of this process to the broker, and from time to time.

mod accounts;
mod allowance;
mod flood;
mod reconcile;

use std::time::Duration;

use async_nats::{Client, Message};
use broker_config::{AssetId, AssetPresence, DeviceConnection, Log, subject, worker};
use futures::stream::select;
use futures::{Stream, StreamExt};
use metrics::counter;
use sqlx::PgPool;
use store::connections::{self, Connections};
use tokio_util::sync::CancellationToken;

use crate::runner::{Backoff, chain};

/// The worker's name: its module, its queue group, its span field and its word on the command line.
pub const NAME: &str = worker::PRESENCE;

/// How many connections are written at once, and how many assets one message tells of.
const BATCH: usize = 1000;

/// How long events gather before they are written: a reconnecting fleet is a few messages a second.
const GATHER: Duration = Duration::from_millis(500);

/// The worker.
#[derive(Debug, Clone)]
pub struct Presence {
    db: PgPool,
    log: Log,
}

/// Why something could not be written or told.
#[derive(Debug, thiserror::Error)]
enum PresenceError {
    /// The database is away.
    #[error("the database cannot be written")]
    Database(#[from] sqlx::Error),
    /// The broker does not take a subscription.
    #[error("the broker does not take a subscription")]
    Subscribe(#[from] async_nats::SubscribeError),
    /// The broker does not take a message.
    #[error("the broker does not take a message")]
    Publish(#[from] async_nats::PublishError),
}

impl Presence {
    /// It hears of connections over the connection of `log`, and writes them to `db`.
    #[must_use]
    pub fn new(db: PgPool, log: Log) -> Self {
        Self { db, log }
    }

    /// Works until `shutdown`. It outlives the absences of the broker and of the database.
    pub async fn run(&self, shutdown: &CancellationToken) {
        tracing::info!(worker = NAME, "working");
        tokio::join!(self.hear(shutdown), self.reconcile(shutdown), self.watch_floods(shutdown));
        tracing::info!(worker = NAME, "stopped");
    }

    /// Writes what the broker tells.
    async fn hear(&self, shutdown: &CancellationToken) {
        let mut backoff = Backoff::default();
        loop {
            match subscribe(&self.log.client()).await {
                Ok(events) => {
                    let mut batches = events.ready_chunks(BATCH).take_until(shutdown.cancelled()).boxed();
                    while let Some(batch) = batches.next().await {
                        let batch = batch.iter().filter_map(|event| DeviceConnection::from_event(&event.payload));
                        self.write(&batch.collect(), shutdown).await;
                        tokio::time::sleep(GATHER).await;
                    }
                }
                Err(error) => tracing::error!(worker = NAME, error = chain(&error), "cannot listen; trying again"),
            }
            if backoff.pause(shutdown).await.is_err() {
                return;
            }
        }
    }

    /// Writes what was said about connections, however long the database is away.
    async fn write(&self, said: &Connections, shutdown: &CancellationToken) {
        if said.is_empty() {
            return;
        }
        let mut backoff = Backoff::default();
        while let Err(error) = self.record(said).await {
            counter!("trayline_worker_failures_total", "worker" => NAME).increment(1);
            tracing::error!(worker = NAME, error = chain(&error), "connections wait; trying again");
            if backoff.pause(shutdown).await.is_err() {
                return;
            }
        }
        counter!("trayline_device_connections_total").increment(said.len() as u64);
    }

    async fn record(&self, said: &Connections) -> Result<(), PresenceError> {
        connections::record(&self.db, said, None).await?;
        self.tell(&said.asset_ids()).await
    }

    /// Tells whether these assets are connected now.
    async fn tell(&self, asset_ids: &[AssetId]) -> Result<(), PresenceError> {
        for asset_ids in asset_ids.chunks(BATCH) {
            let assets = connections::states(&self.db, asset_ids).await?;
            #[expect(clippy::expect_used, reason = "the message has string keys and a Vec takes every byte")]
            let payload = serde_json::to_vec(&AssetPresence { assets }).expect("presence is always JSON");
            self.log.client().publish(subject::ASSET_PRESENCE, payload.into()).await?;
        }
        Ok(())
    }
}

/// The broker's events about devices' connections, shared by all instances.
async fn subscribe(client: &Client) -> Result<impl Stream<Item = Message> + Send + use<>, PresenceError> {
    let group = || NAME.to_owned();
    let connected = client.queue_subscribe(subject::DEVICE_CONNECTED, group()).await?;
    let disconnected = client.queue_subscribe(subject::DEVICE_DISCONNECTED, group()).await?;
    Ok(select(connected, disconnected))
}
