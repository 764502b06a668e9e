//! Pulling from a worker's durable consumer, and decoding.

use std::time::Duration;

use async_nats::jetstream::Message;
use async_nats::jetstream::consumer::PullConsumer;
use async_nats::jetstream::consumer::pull::{MessagesError, Stream};
use broker_config::Log;
use chrono::{DateTime, Utc};
use futures::{FutureExt, StreamExt};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{BatchWorker, Item, Unreadable};

/// For how long the broker keeps one request for facts.
const REQUEST_EXPIRES: Duration = Duration::from_secs(30);

/// How often the broker says that it is still there while it has no facts. Without it for twice as long, pulling fails
/// and starts again.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// How many batches the broker may send ahead.
const BATCHES_AHEAD: usize = 2;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// One message of a stream, decoded.
pub(super) struct Pulled<I> {
    pub(super) envelope: Envelope,
    pub(super) item: Result<I, Unreadable>,
}

/// A message as the broker sent it.
pub(super) struct Envelope {
    pub(super) message: Message,
    pub(super) seq: u64,
    pub(super) at: DateTime<Utc>,
}

/// Why a worker cannot pull.
#[derive(Debug, thiserror::Error)]
pub(super) enum PullError {
    #[error("the consumer cannot be found; `trayline broker apply` makes it")]
    Consumer(#[source] BoxError),
    #[error("the broker did not answer a request for facts")]
    Request(#[source] BoxError),
    #[error("the broker stopped sending facts")]
    Ended(#[source] Option<MessagesError>),
}

/// The worker's consumer, as it stands on the broker.
pub(super) async fn open<W: BatchWorker>(log: &Log) -> Result<PullConsumer, PullError> {
    log.jetstream()
        .get_consumer_from_stream(W::NAME, W::Item::STREAM)
        .await
        .map_err(|error| PullError::Consumer(error.into()))
}

/// Hands on what the broker sends, until it fails, nobody takes it any more, or `shutdown`. What has arrived by then is
/// still handed on.
pub(super) async fn pull<W: BatchWorker>(
    consumer: &PullConsumer,
    pulled: mpsc::Sender<Pulled<W::Item>>,
    shutdown: &CancellationToken,
) -> Result<(), PullError> {
    let ahead = W::BATCH * BATCHES_AHEAD;
    let mut messages = consumer
        .stream()
        .max_messages_per_batch(ahead)
        .expires(REQUEST_EXPIRES)
        .heartbeat(HEARTBEAT)
        .messages()
        .await
        .map_err(|error| PullError::Request(error.into()))?;
    loop {
        tokio::select! {
            biased;
            () = shutdown.cancelled() => break,
            message = messages.next() => {
                let message = message.ok_or(PullError::Ended(None))?;
                let message = message.map_err(|error| PullError::Ended(Some(error)))?;
                if hand_on(message, &pulled).await.is_err() {
                    return Ok(());
                }
            }
        }
    }
    finish(&mut messages, ahead, &pulled).await;
    Ok(())
}

/// Hands on what has arrived: at most as much as was asked for.
async fn finish<I: Item>(messages: &mut Stream, ahead: usize, pulled: &mpsc::Sender<Pulled<I>>) {
    for _ in 0..ahead {
        let Some(Some(Ok(message))) = messages.next().now_or_never() else {
            return;
        };
        if hand_on(message, pulled).await.is_err() {
            return;
        }
    }
}

async fn hand_on<I: Item>(
    message: Message,
    pulled: &mpsc::Sender<Pulled<I>>,
) -> Result<(), mpsc::error::SendError<Pulled<I>>> {
    match decode(message) {
        Some(decoded) => pulled.send(decoded).await,
        None => Ok(()),
    }
}

/// `None` for what did not come from a consumer, which nobody can answer.
fn decode<I: Item>(message: Message) -> Option<Pulled<I>> {
    let (seq, at) = match message.info() {
        Ok(info) => {
            let published = info.published;
            (info.stream_sequence, DateTime::from_timestamp(published.unix_timestamp(), published.nanosecond())?)
        }
        Err(error) => {
            tracing::error!(%error, "a message without a place in the log");
            return None;
        }
    };
    let item = I::read(&message.subject, &message.payload, seq, at);
    Some(Pulled { envelope: Envelope { message, seq, at }, item })
}
