//! One batch, from what was pulled to the answers to the broker.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_nats::jetstream::{AckKind, Message};
use broker_config::{DeadLetter, Log, consumer};
use metrics::{Counter, Histogram, counter, histogram};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::backoff::Backoff;
use super::pulling::{Envelope, Pulled};
use super::work_error::chain;
use super::{BatchWorker, Item, Rejected, Unreadable, WorkError};
use crate::tally::Tally;

/// How often the broker is told that a batch is still being worked on.
const PROGRESS_EVERY: Duration = Duration::from_secs(3);
const _: () = assert!(PROGRESS_EVERY.as_secs() * 2 < consumer::ACK_WAIT.as_secs());

/// How long an answer may wait for a broker that is away. One that is lost only makes the broker deliver again.
const ANSWER_PATIENCE: Duration = Duration::from_secs(5);

/// The worker was told to stop while it waited for something. What it had pulled is the broker's again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stopped;

/// What was pulled together.
pub(super) struct Batch<I> {
    items: Vec<I>,
    /// The messages of `items`, one for one.
    envelopes: Vec<Envelope>,
    unreadable: Vec<(Envelope, Unreadable)>,
}

impl<I> FromIterator<Pulled<I>> for Batch<I> {
    fn from_iter<T: IntoIterator<Item = Pulled<I>>>(pulled: T) -> Self {
        let (mut items, mut envelopes, mut unreadable) = (Vec::new(), Vec::new(), Vec::new());
        for Pulled { envelope, item } in pulled {
            match item {
                Ok(item) => {
                    items.push(item);
                    envelopes.push(envelope);
                }
                Err(reason) => unreadable.push((envelope, reason)),
            }
        }
        Self { items, envelopes, unreadable }
    }
}

impl<I> Batch<I> {
    fn messages(&self) -> impl Iterator<Item = &Message> {
        let unreadable = self.unreadable.iter().map(|(envelope, _)| envelope);
        self.envelopes.iter().chain(unreadable).map(|envelope| &envelope.message)
    }
}

/// Where a worker's batches are settled.
pub(super) struct Desk<'a, W> {
    worker: &'a W,
    log: &'a Log,
    shutdown: &'a CancellationToken,
    handled: Counter,
    rejected: Counter,
    dead_letters: Counter,
    failures: Counter,
    seconds: Histogram,
    tally: Arc<Tally>,
}

impl<'a, W: BatchWorker> Desk<'a, W> {
    pub(super) fn new(worker: &'a W, log: &'a Log, shutdown: &'a CancellationToken) -> Self {
        let outcome = |outcome| counter!("trayline_facts_handled_total", "worker" => W::NAME, "outcome" => outcome);
        Self {
            worker,
            log,
            shutdown,
            handled: outcome("done"),
            rejected: outcome("rejected"),
            dead_letters: counter!("trayline_dead_letters_total", "worker" => W::NAME),
            failures: counter!("trayline_worker_failures_total", "worker" => W::NAME),
            seconds: histogram!("trayline_handle_seconds", "worker" => W::NAME),
            tally: Tally::of(W::NAME),
        }
    }

    /// Handles a batch and answers for each of its messages, however long that takes.
    pub(super) async fn settle(&self, batch: &Batch<W::Item>) -> Result<(), Stopped> {
        let settled = tokio::select! {
            settled = self.handle(batch) => settled,
            never = keep(batch) => match never {},
        };
        if settled.is_err() {
            for message in batch.messages() {
                give_back(message).await;
            }
        }
        settled
    }

    /// Handles the facts, by halves where one of them is rejected without saying which.
    async fn handle(&self, batch: &Batch<W::Item>) -> Result<(), Stopped> {
        let Batch { items, envelopes, unreadable } = batch;
        let whole = 0..items.len();
        let mut parts = Vec::from([whole]);
        while let Some(part) = parts.pop().filter(|part| !part.is_empty()) {
            match self.attempt(&items[part.clone()]).await? {
                Ok(rejected) => self.answer(&envelopes[part], rejected).await?,
                Err(reason) if part.len() == 1 => self.bury(&envelopes[part.start], &reason).await?,
                Err(_) => {
                    let Range { start, end } = part;
                    let middle = start.midpoint(end);
                    parts.extend([middle..end, start..middle]);
                }
            }
        }
        for (envelope, reason) in unreadable {
            self.bury(envelope, &chain(reason)).await?;
        }
        Ok(())
    }

    /// Handles some facts, again and again while something that the work needs is away. `Err` is why one of them can
    /// never be handled.
    async fn attempt(&self, items: &[W::Item]) -> Result<Result<Vec<Rejected>, String>, Stopped> {
        let mut backoff = Backoff::default();
        loop {
            let started = Instant::now();
            let span = tracing::info_span!("handle", worker = W::NAME, facts = items.len());
            let outcome = self.worker.handle(items).instrument(span).await;
            self.seconds.record(started.elapsed());
            match outcome {
                Ok(rejected) => return Ok(Ok(rejected)),
                Err(WorkError::Reject(source)) => return Ok(Err(chain(&*source))),
                Err(error @ WorkError::Retry(_)) => {
                    self.failures.increment(1);
                    self.tally.failed();
                    tracing::error!(worker = W::NAME, error = chain(&error), "facts wait; trying again");
                    backoff.pause(self.shutdown).await?;
                }
            }
        }
    }

    /// Acknowledges what was handled, and buries the rest.
    async fn answer(&self, envelopes: &[Envelope], rejected: Vec<Rejected>) -> Result<(), Stopped> {
        let handled = (envelopes.len() - rejected.len()) as u64;
        self.handled.increment(handled);
        self.tally.handled(handled);
        let mut reasons: HashMap<_, _> = rejected.into_iter().map(|fact| (fact.seq, fact.reason)).collect();
        for envelope in envelopes {
            match reasons.remove(&envelope.seq) {
                Some(reason) => self.bury(envelope, &reason).await?,
                None => answer(&envelope.message, AckKind::Ack).await,
            }
        }
        Ok(())
    }

    /// Puts a message among the dead letters, and only then tells the broker to forget it.
    async fn bury(&self, envelope: &Envelope, reason: &str) -> Result<(), Stopped> {
        let Envelope { message, seq, at } = envelope;
        let max_payload = self.log.client().server_info().max_payload;
        let place = (W::Item::STREAM, *seq, *at);
        let letter = DeadLetter::new(reason, place, &message.subject, &message.payload, max_payload);
        let mut backoff = Backoff::default();
        while let Err(error) = self.log.bury(W::NAME, &letter).await {
            self.failures.increment(1);
            self.tally.failed();
            tracing::error!(worker = W::NAME, error = chain(&error), "a dead letter waits; trying again");
            backoff.pause(self.shutdown).await?;
        }
        self.rejected.increment(1);
        self.dead_letters.increment(1);
        self.tally.buried();
        tracing::warn!(worker = W::NAME, seq = envelope.seq, subject = %envelope.message.subject, "a dead letter");
        answer(&envelope.message, AckKind::Term).await;
        Ok(())
    }
}

/// Tells the broker from time to time that the batch is being worked on, for as long as it is polled.
async fn keep<I>(batch: &Batch<I>) -> std::convert::Infallible {
    loop {
        tokio::time::sleep(PROGRESS_EVERY).await;
        for message in batch.messages() {
            answer(message, AckKind::Progress).await;
        }
    }
}

/// Lets the broker give a message to another worker at once.
pub(super) async fn give_back(message: &Message) {
    answer(message, AckKind::Nak(None)).await;
}

async fn answer(message: &Message, kind: AckKind) {
    match tokio::time::timeout(ANSWER_PATIENCE, message.ack_with(kind)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "an answer to the broker was lost; it will deliver again"),
        Err(_) => tracing::warn!("the broker is away; it will deliver again"),
    }
}
