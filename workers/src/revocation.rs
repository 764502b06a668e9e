//! Revocation: has the broker refuse the credentials that are not good any more, and end their live connections.
//!
//! What is to be refused stands in the database, whoever revoked it and wherever the broker was at that moment. Every second
//! this looks whether that has changed, and after every connection to the broker, and from time to time, whether the broker
//! still has it. A credential whose token has expired leaves the list: the broker refuses it by itself.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use async_nats::Client;
use broker_config::{Clock, Refusals, RevocationError, Revoker, worker};
use metrics::counter;
use sqlx::{PgExecutor, PgPool};
use store::device_credentials::{self, Refused};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::runner::chain;

/// The worker's name: its module, its span field and its word on the command line.
pub const NAME: &str = worker::REVOCATION;

/// How often is looked for credentials that have ended: so long may one live on that was revoked.
const LOOK: Duration = Duration::from_secs(1);

/// How often the broker is asked what it has.
const ASK: Duration = Duration::from_mins(1);

/// The worker.
pub struct Revocation {
    db: PgPool,
    client: Client,
    revoker: Revoker,
    clock: Arc<dyn Clock>,
}

/// What the broker had when it was last looked at.
#[derive(Debug)]
struct Had {
    refusals: Refusals,
    at: Instant,
    /// How often this process had connected to it by then.
    connects: u64,
}

/// Why the broker may not refuse what it should.
#[derive(Debug, thiserror::Error)]
enum LookError {
    #[error("the database cannot be read or written")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Broker(#[from] RevocationError),
}

impl Revocation {
    /// It reads `db` and tells the broker over `client`.
    #[must_use]
    pub fn new(db: PgPool, client: Client, revoker: Revoker, clock: Arc<dyn Clock>) -> Self {
        Self { db, client, revoker, clock }
    }

    /// Works until `shutdown`. It outlives the absences of the broker and of the database.
    pub async fn run(&self, shutdown: &CancellationToken) {
        tracing::info!(worker = NAME, "working");
        let mut had = None;
        loop {
            if let Err(error) = self.look(&mut had).await {
                counter!("trayline_worker_failures_total", "worker" => NAME).increment(1);
                tracing::error!(worker = NAME, error = chain(&error), "revoked devices may be connected; trying again");
            }
            tokio::select! {
                () = shutdown.cancelled() => break,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
        tracing::info!(worker = NAME, "stopped");
    }

    async fn look(&self, had: &mut Option<Had>) -> Result<(), LookError> {
        let connects = self.client.statistics().connects.load(Ordering::Relaxed);
        let refusals = refusals(&self.db).await?;
        let is_known = had
            .as_ref()
            .is_some_and(|had| had.refusals == refusals && had.connects == connects && had.at.elapsed() < ASK);
        if !is_known {
            let refusals = self.tell().await?;
            *had = Some(Had { refusals, at: Instant::now(), connects });
        }
        Ok(())
    }

    /// Sees to it that the broker refuses what the database says, and notes that it does.
    async fn tell(&self) -> Result<Refusals, LookError> {
        let mut transaction = self.db.begin().await?;
        device_credentials::lock_refusals(&mut transaction).await?;
        let refusals = refusals(&mut *transaction).await?;
        if self.revoker.refuse(&self.client, &refusals, self.clock.now()).await? {
            tracing::info!(worker = NAME, "the broker has another list of revoked devices");
        }
        device_credentials::note_cut(&mut *transaction, &refusals.public_keys()).await?;
        transaction.commit().await?;
        Ok(refusals)
    }
}

async fn refusals(db: impl PgExecutor<'_>) -> Result<Refusals, LookError> {
    let refused = device_credentials::refused(db).await?;
    Ok(refused.into_iter().map(|Refused { public_key, expires_at }| (public_key, expires_at)).collect())
}
