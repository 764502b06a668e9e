//! Sync: answers devices that ask for their menu, their open chat and what they missed.
//!
//! What Postgres surely has, up to the acknowledgement floor of persistence, comes from there; the rest from the log. So
//! neither a lagging projection nor a trimmed log leaves a gap.

mod answer;
mod page;

use std::time::{Duration, Instant};

use async_nats::{Client, Message, Subscriber};
use broker_config::{Line, Log, ReadError, SyncAnswer, SyncRefusal, SyncRefused, SyncRequest, Synced, subject, worker};
use futures::StreamExt;
use metrics::{counter, histogram};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::runner::{Backoff, chain};
use crate::tally::Tally;

/// How many requests are answered at once. Further ones wait in the subscription.
const IN_FLIGHT: usize = 64;

/// The worker's name: its module, its queue group, its span field and its word on the command line.
pub const NAME: &str = worker::SYNC;

/// How long a stopping worker waits for requests that have arrived and for a broker that may be away.
const DRAIN_PATIENCE: Duration = Duration::from_secs(5);

/// The worker.
#[derive(Debug, Clone)]
pub struct Sync {
    db: PgPool,
    log: Log,
    organisation: Line,
}

/// Why a request was not answered with what it asks for.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The database is away, or holds what this version cannot read.
    #[error("the database cannot be read")]
    Database(#[from] sqlx::Error),
    /// The log is away.
    #[error("the log cannot be read")]
    Log(#[from] ReadError),
    /// The request is not one.
    #[error("the request cannot be read")]
    Malformed,
    /// There is no such asset.
    #[error("there is no such asset")]
    UnknownAsset,
}

impl Sync {
    /// It reads from `db` and `log`, and tells devices that they talk to `organisation`.
    #[must_use]
    pub fn new(db: PgPool, log: Log, organisation: Line) -> Self {
        Self { db, log, organisation }
    }

    /// Answers requests until `shutdown`, then finishes those that have arrived.
    pub async fn run(&self, shutdown: &CancellationToken) {
        let broker = self.log.client();
        let mut backoff = Backoff::default();
        loop {
            match broker.queue_subscribe(subject::ALL_SYNCS, NAME.to_owned()).await {
                Ok(requests) => {
                    tracing::info!(worker = NAME, "working");
                    self.serve(&broker, requests, shutdown).await;
                }
                Err(error) => tracing::error!(worker = NAME, error = chain(&error), "cannot listen; trying again"),
            }
            if backoff.pause(shutdown).await.is_err() {
                break;
            }
        }
        tracing::info!(worker = NAME, "stopped");
    }

    async fn serve(&self, broker: &Client, mut requests: Subscriber, shutdown: &CancellationToken) {
        let reply = |request| self.reply(broker, request);
        let arriving = requests.by_ref().take_until(shutdown.cancelled());
        arriving.for_each_concurrent(IN_FLIGHT, reply).await;

        let arrived = async {
            if requests.drain().await.is_ok() {
                requests.for_each_concurrent(IN_FLIGHT, reply).await;
            }
        };
        if tokio::time::timeout(DRAIN_PATIENCE, arrived).await.is_err() {
            tracing::warn!(worker = NAME, "requests are left unanswered; the devices will ask again");
        }
    }

    /// Answers to the request's reply subject and to no other. A request without one cannot be answered.
    async fn reply(&self, broker: &Client, request: Message) {
        let Some(reply) = request.reply else { return };
        let started = Instant::now();
        let (answer, outcome) = match self.read_and_answer(&request.subject, &request.payload).await {
            Ok(synced) => (SyncAnswer::Synced(Box::new(synced)), "synced"),
            Err(error) => refusal(&error),
        };
        histogram!("trayline_handle_seconds", "worker" => NAME).record(started.elapsed());
        counter!("trayline_syncs_total", "outcome" => outcome).increment(1);
        Tally::of(NAME).handled(1);
        #[expect(clippy::expect_used, reason = "an answer has string keys and a Vec takes every byte")]
        let payload = serde_json::to_vec(&answer).expect("an answer is always JSON");
        if let Err(error) = broker.publish(reply, payload.into()).await {
            tracing::warn!(worker = NAME, error = chain(&error), "an answer was lost; the device will ask again");
        }
    }

    async fn read_and_answer(&self, subject: &str, payload: &[u8]) -> Result<Synced, SyncError> {
        let asset_id = subject::parse_sync(subject).map_err(|_| SyncError::Malformed)?;
        let request: SyncRequest = serde_json::from_slice(payload).map_err(|_| SyncError::Malformed)?;
        if request.pending.len() > SyncRequest::MAX_PENDING {
            return Err(SyncError::Malformed);
        }
        self.answer(asset_id, &request).await
    }
}

fn refusal(error: &SyncError) -> (SyncAnswer, &'static str) {
    let (reason, outcome) = match error {
        SyncError::Database(_) | SyncError::Log(_) => {
            counter!("trayline_worker_failures_total", "worker" => NAME).increment(1);
            tracing::error!(worker = NAME, error = chain(error), "a sync is refused for now");
            (SyncRefusal::Retry, "retry")
        }
        SyncError::Malformed => (SyncRefusal::Malformed, "malformed"),
        SyncError::UnknownAsset => (SyncRefusal::UnknownAsset, "unknown_asset"),
    };
    let detail = error.to_string();
    (SyncAnswer::Refused(SyncRefused { reason, detail }), outcome)
}
