//! What no worker could handle, kept on the stream `DEAD` until an operator looks.

use async_nats::jetstream::Context;
use async_nats::jetstream::context::PublishError;
use async_nats::jetstream::message::PublishMessage;
use broker_config::{stream, subject};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use super::pulling::Envelope;

/// A message of the log that a worker could not handle, on `dead.{worker}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// Why, for people.
    pub reason: String,
    /// The message's subject.
    pub subject: String,
    /// Its place in the log.
    pub seq: u64,
    /// Its payload, in Base64. Absent when it is too large to be sent once more; the log still has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// When the broker stored it.
    pub at: DateTime<Utc>,
}

/// Room in a message for everything of a letter but the payload.
const ENVELOPE_BYTES: usize = 16 * 1024;

/// The longest reason kept.
const REASON_CHARS: usize = 1000;

impl DeadLetter {
    pub(super) fn new(reason: &str, envelope: &Envelope, max_payload: usize) -> Self {
        let Envelope { message, seq, at } = envelope;
        let room = max_payload.saturating_sub(ENVELOPE_BYTES);
        let fits = BASE64.encode_len(message.payload.len()) <= room;
        Self {
            reason: reason.chars().take(REASON_CHARS).collect(),
            subject: message.subject.to_string(),
            seq: *seq,
            payload: fits.then(|| BASE64.encode(&message.payload)),
            at: *at,
        }
    }

    /// Stores the letter. The same letter again, soon after, is the same letter.
    pub(super) async fn post(&self, worker: &str, jetstream: &Context) -> Result<(), PublishError> {
        let message = PublishMessage::build()
            .expected_stream(stream::DEAD)
            .message_id(format!("{worker}-{}", self.seq))
            .payload(self.encode());
        jetstream.send_publish(subject::dead(worker), message).await?.await?;
        Ok(())
    }

    fn encode(&self) -> Bytes {
        #[expect(clippy::expect_used, reason = "a letter has string keys and a Vec takes every byte")]
        serde_json::to_vec(self).expect("a letter is always JSON").into()
    }
}
