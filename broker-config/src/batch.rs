//! Several stored messages of a stream in one request.

use async_nats::jetstream::Context;
use async_nats::{HeaderMap, Message, StatusCode};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::StreamExt;
use serde_json::Value;

use crate::ReadError;
use crate::log::PATIENCE;

/// The status with which the server ends a batch of direct gets.
const END_OF_BATCH: u16 = 204;

/// A message as a stream has it.
pub(crate) struct Stored {
    pub(crate) seq: u64,
    pub(crate) at: DateTime<Utc>,
    pub(crate) subject: String,
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Bytes,
}

/// What the broker answered.
pub(crate) struct Batch {
    pub(crate) messages: Vec<Stored>,
    /// How many more match.
    pub(crate) pending: u64,
}

/// Asks `stream` for the messages that `request` describes, as a direct get with `batch` or `multi_last`.
pub(crate) async fn get(jetstream: &Context, stream: &str, request: &Value) -> Result<Batch, ReadError> {
    let client = jetstream.client();
    let inbox = client.new_inbox();
    let mut answers = client.subscribe(inbox.clone()).await.map_err(ReadError::unavailable)?;
    client
        .publish_with_reply(format!("$JS.API.DIRECT.GET.{stream}"), inbox, request.to_string().into())
        .await
        .map_err(ReadError::unavailable)?;

    let mut batch = Batch { messages: Vec::new(), pending: 0 };
    loop {
        let answer = tokio::time::timeout(PATIENCE, answers.next()).await.map_err(ReadError::unavailable)?;
        let answer = answer.ok_or(ReadError::Gone)?;
        match answer.status {
            None => batch.messages.push(stored(answer).ok_or(ReadError::Unexpected)?),
            Some(StatusCode::NOT_FOUND) => return Ok(batch),
            Some(status) if status.as_u16() == END_OF_BATCH => {
                batch.pending = answer.headers.as_ref().and_then(pending).unwrap_or(0);
                return Ok(batch);
            }
            Some(StatusCode::NO_RESPONDERS) => return Err(ReadError::Gone),
            Some(_) => return Err(ReadError::Unexpected),
        }
    }
}

fn stored(message: Message) -> Option<Stored> {
    let headers = message.headers?;
    let text = |name: &str| headers.get(name).map(async_nats::HeaderValue::as_str);
    Some(Stored {
        seq: text("Nats-Sequence")?.parse().ok()?,
        at: text("Nats-Time-Stamp")?.parse().ok()?,
        subject: text("Nats-Subject")?.to_owned(),
        payload: message.payload,
        headers,
    })
}

fn pending(headers: &HeaderMap) -> Option<u64> {
    headers.get("Nats-Num-Pending")?.as_str().parse().ok()
}
