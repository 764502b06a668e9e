//! What every worker on the log shares: pulling from its durable consumer, decoding, answers to the broker, back-off,
//! progress, dead letters, spans, metrics and shutdown. A worker only decides and writes.
//!
//! Facts come at least once. The broker forgets one only when it was handled or is among the dead letters, so a worker
//! may be killed at any moment, and one that cannot reach what it needs holds on to its batch until it can.

mod backoff;
mod batch;
mod item;
mod pulling;
mod replay;
mod work_error;

use std::time::Duration;

use async_nats::jetstream::consumer::PullConsumer;
use broker_config::Log;
use metrics::{counter, gauge};
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

pub use item::{Item, Unreadable};
pub use replay::{ReplayError, replay};
pub use work_error::WorkError;

pub(crate) use backoff::Backoff;
pub(crate) use work_error::chain;

use crate::tally::Tally;

use batch::{Batch, Desk, Stopped};
use pulling::Pulled;

/// How often a worker's lag is looked up.
const LAG_EVERY: Duration = Duration::from_secs(15);

/// A worker that takes facts, or other messages of a stream, by the batch.
pub trait BatchWorker: Send + Sync + 'static {
    /// What it takes, and from which stream.
    type Item: Item;
    /// Its durable consumer, its dead letters' subject and its span field; for a worker's first or only consumer also its
    /// module and its word on the command line.
    const NAME: &'static str;
    /// The most facts in one batch. A batch is whatever waits, so it is small while the worker keeps up.
    const BATCH: usize;

    /// Handles a batch, whole or not at all but for the facts that it says are rejected. It may be given any fact twice,
    /// and facts in any order.
    fn handle(&self, batch: &[Self::Item]) -> impl Future<Output = Result<Vec<Rejected>, WorkError>> + Send;
}

/// A fact of a batch that can never be handled. The others of the batch were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Its place in the log.
    pub seq: u64,
    /// Why, for the dead letter.
    pub reason: String,
}

/// Runs a worker until `shutdown`, then finishes what was pulled. It outlives a broker that goes away, and waits for a
/// stream or a consumer that is not there yet.
pub async fn run<W: BatchWorker>(worker: &W, log: &Log, shutdown: &CancellationToken) {
    let mut backoff = Backoff::default();
    while !shutdown.is_cancelled() {
        match pulling::open::<W>(log).await {
            Ok(consumer) => {
                backoff = Backoff::default();
                tracing::info!(worker = W::NAME, "working");
                tokio::select! {
                    () = session(worker, log, &consumer, shutdown) => {}
                    () = watch_lag::<W>(&consumer) => {}
                }
            }
            Err(error) => {
                failed::<W>();
                tracing::error!(worker = W::NAME, error = chain(&error), "cannot pull from the log; trying again");
            }
        }
        if backoff.pause(shutdown).await.is_err() {
            break;
        }
    }
    tracing::info!(worker = W::NAME, "stopped");
}

/// Pulls and works until `shutdown` or until pulling fails. While a batch is worked on, the next one gathers.
async fn session<W: BatchWorker>(worker: &W, log: &Log, consumer: &PullConsumer, shutdown: &CancellationToken) {
    let (pulled, gathered) = mpsc::channel(W::BATCH);
    let desk = Desk::new(worker, log, shutdown);
    let (ended, ()) = tokio::join!(pulling::pull::<W>(consumer, pulled, shutdown), work(&desk, gathered));
    if let Err(error) = ended {
        failed::<W>();
        tracing::warn!(worker = W::NAME, error = chain(&error), "pulling from the log ended; starting again");
    }
}

fn failed<W: BatchWorker>() {
    counter!("trayline_worker_failures_total", "worker" => W::NAME).increment(1);
    Tally::of(W::NAME).failed();
}

async fn work<W: BatchWorker>(desk: &Desk<'_, W>, mut gathered: mpsc::Receiver<Pulled<W::Item>>) {
    let mut pulled = Vec::with_capacity(W::BATCH);
    while gathered.recv_many(&mut pulled, W::BATCH).await > 0 {
        let batch: Batch<_> = pulled.drain(..).collect();
        if let Err(Stopped) = desk.settle(&batch).await {
            gathered.close();
            while let Some(pulled) = gathered.recv().await {
                batch::give_back(&pulled.envelope.message).await;
            }
            return;
        }
    }
}

/// Shows how many facts wait for the worker, for as long as it is polled.
async fn watch_lag<W: BatchWorker>(consumer: &PullConsumer) {
    let lag = gauge!("trayline_worker_lag", "worker" => W::NAME);
    let mut ticks = tokio::time::interval(LAG_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match consumer.get_info().await {
            #[expect(clippy::cast_precision_loss, reason = "a gauge is a float; nobody reads the last digit")]
            Ok(info) => lag.set(info.num_pending as f64),
            Err(error) => tracing::debug!(worker = W::NAME, error = chain(&error), "the lag is not known"),
        }
    }
}
