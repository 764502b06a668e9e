//! Leases of running workers: who does which work, where, since when, and how it goes.

use std::time::Duration;

use async_nats::jetstream::message::PublishMessage;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{AppendError, InstanceId, Log, ReadError, batch, stream, subject};

/// The header by which a bucket's entry says that it is none any more.
const OPERATION: &str = "KV-Operation";

/// The header by which the broker says that an entry has run out.
const RAN_OUT: &str = "Nats-Marker-Reason";

/// An instance of a worker that runs. At most 1,024 of them are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkerLease {
    /// The worker's name.
    pub worker: String,
    /// The process. It may run several workers.
    pub instance_id: InstanceId,
    /// The name of its host.
    pub host: String,
    /// Its id there.
    pub process_id: u32,
    /// Its version of Trayline.
    pub version: String,
    /// When it started, by its host's clock.
    pub started_at: DateTime<Utc>,
    /// What it has done since then.
    pub counted: Counted,
}

/// What an instance of a worker has done since it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Counted {
    /// How many facts, requests or jobs it has handled.
    pub handled: u64,
    /// How many attempts failed and were repeated.
    pub failures: u64,
    /// How many facts it put among the dead letters.
    pub dead_letters: u64,
}

impl std::ops::Add for Counted {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            handled: self.handled + other.handled,
            failures: self.failures + other.failures,
            dead_letters: self.dead_letters + other.dead_letters,
        }
    }
}

impl WorkerLease {
    /// For how long a lease is good. An instance that is killed counts as alive for so long.
    pub const LASTS: Duration = Duration::from_secs(30);

    /// How often it is renewed, so that one lost renewal does no harm.
    pub const RENEWED_EVERY: Duration = Duration::from_secs(10);
}

impl Log {
    /// Takes or renews a lease.
    ///
    /// # Errors
    /// See [`AppendError`].
    #[expect(clippy::missing_panics_doc, reason = "it cannot")]
    pub async fn renew_lease(&self, lease: &WorkerLease) -> Result<(), AppendError> {
        #[expect(clippy::expect_used, reason = "a lease has string keys and a Vec takes every byte")]
        let payload = serde_json::to_vec(lease).expect("a lease is always JSON");
        self.put_lease(lease, PublishMessage::build().payload(payload.into())).await
    }

    /// Gives a lease up.
    ///
    /// # Errors
    /// See [`AppendError`]; it runs out by itself then.
    pub async fn end_lease(&self, lease: &WorkerLease) -> Result<(), AppendError> {
        self.put_lease(lease, PublishMessage::build().header(OPERATION, "DEL")).await
    }

    async fn put_lease(&self, lease: &WorkerLease, message: PublishMessage) -> Result<(), AppendError> {
        let message = message.expected_stream(stream::PRESENCE).ttl(WorkerLease::LASTS);
        let subject = subject::worker_lease(&lease.worker, lease.instance_id);
        self.jetstream().send_publish(subject, message).await?.await?;
        Ok(())
    }

    /// The lease of every instance of every worker. One of a version that this one does not understand is left out.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn worker_leases(&self) -> Result<Vec<WorkerLease>, ReadError> {
        let request = json!({ "multi_last": [subject::ALL_WORKER_LEASES] });
        let batch = batch::get(self.jetstream(), stream::PRESENCE, &request).await?;
        let held =
            |stored: &batch::Stored| stored.headers.get(OPERATION).is_none() && stored.headers.get(RAN_OUT).is_none();
        let held = batch.messages.iter().filter(|stored| held(stored));
        Ok(held.filter_map(|stored| serde_json::from_slice(&stored.payload).ok()).collect())
    }
}
