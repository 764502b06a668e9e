//! What no worker could handle, kept on the stream `DEAD` until an operator looks.

use std::collections::BTreeMap;

use async_nats::jetstream::context::PublishError;
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::DeleteMessageErrorKind;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use data_encoding::BASE64;
use futures::TryStreamExt;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Log, ReadError, batch, stream, subject};

/// How many letters one request asks for, at most.
const LETTERS: usize = 100;

/// The most bytes of letters that one request asks for.
const LETTERS_BYTES: usize = 4 * 1024 * 1024;

/// Room in a message for everything of a letter but the payload.
const ENVELOPE_BYTES: usize = 16 * 1024;

/// The longest reason kept.
const REASON_CHARS: usize = 1000;

/// The error of nats-server when a message is no longer there.
const NO_MESSAGE_FOUND: u64 = 10057;

/// A message that a worker could not handle, on `dead.{consumer}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// Why, for people.
    pub reason: String,
    /// The stream that has the message. Early letters do not say it: they are of the stream of facts.
    #[serde(default = "stream_of_facts")]
    pub stream: String,
    /// The message's subject.
    pub subject: String,
    /// Its place in the stream.
    pub seq: u64,
    /// Its payload, in Base64. Absent when it is too large to be sent once more; the stream still has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// When the broker stored it.
    pub at: DateTime<Utc>,
}

/// A dead letter, as it lies on the stream `DEAD`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buried {
    /// Its place on that stream, by which operators name it.
    pub letter_seq: u64,
    /// When it was put there.
    pub buried_at: DateTime<Utc>,
    /// The consumer whose worker could not handle the message.
    pub consumer: String,
    /// The letter.
    pub letter: DeadLetter,
}

fn stream_of_facts() -> String {
    stream::CHAT.to_owned()
}

impl DeadLetter {
    /// A letter about a message that the broker stored on `stream` as `seq` at `at`. The payload is left out when the letter would
    /// be larger than `max_payload`.
    #[must_use]
    pub fn new(
        reason: &str,
        (stream, seq, at): (&str, u64, DateTime<Utc>),
        subject: &str,
        payload: &[u8],
        max_payload: usize,
    ) -> Self {
        let fits = BASE64.encode_len(payload.len()) <= max_payload.saturating_sub(ENVELOPE_BYTES);
        Self {
            reason: reason.chars().take(REASON_CHARS).collect(),
            stream: stream.to_owned(),
            subject: subject.to_owned(),
            seq,
            payload: fits.then(|| BASE64.encode(payload)),
            at,
        }
    }

    fn encode(&self) -> Bytes {
        #[expect(clippy::expect_used, reason = "a letter has string keys and a Vec takes every byte")]
        serde_json::to_vec(self).expect("a letter is always JSON").into()
    }
}

impl Log {
    /// Puts a letter of `consumer`'s among the dead. The same letter again, soon after, is the same letter.
    ///
    /// # Errors
    /// When the broker does not answer or refuses.
    pub async fn bury(&self, consumer: &str, letter: &DeadLetter) -> Result<(), PublishError> {
        let message = PublishMessage::build()
            .expected_stream(stream::DEAD)
            .message_id(format!("{consumer}-{}", letter.seq))
            .payload(letter.encode());
        self.jetstream().send_publish(subject::dead(consumer), message).await?.await?;
        Ok(())
    }

    /// The dead letters after the letter `after`, oldest first, at most 100; ask again from the last one until there are
    /// none. What is not a letter is left out.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn dead_letters(&self, after: u64) -> Result<Vec<Buried>, ReadError> {
        let mut seq = after.saturating_add(1);
        loop {
            let request =
                json!({ "seq": seq, "next_by_subj": subject::ALL_DEAD, "batch": LETTERS, "max_bytes": LETTERS_BYTES });
            let batch = batch::get(self.jetstream(), stream::DEAD, &request).await?;
            let last = batch.messages.last().map(|stored| stored.seq);
            let letters: Vec<_> = batch.messages.iter().filter_map(read).collect();
            match last {
                Some(last) if letters.is_empty() && batch.pending > 0 => seq = last + 1,
                _ => return Ok(letters),
            }
        }
    }

    /// One dead letter.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn dead_letter(&self, letter_seq: u64) -> Result<Option<Buried>, ReadError> {
        let request = json!({ "seq": letter_seq, "next_by_subj": subject::ALL_DEAD, "batch": 1 });
        let batch = batch::get(self.jetstream(), stream::DEAD, &request).await?;
        Ok(batch.messages.iter().find(|stored| stored.seq == letter_seq).and_then(read))
    }

    /// How many dead letters each consumer has.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn dead_letter_counts(&self) -> Result<BTreeMap<String, u64>, ReadError> {
        let dead = self.jetstream().get_stream_no_info(stream::DEAD).await.map_err(ReadError::unavailable)?;
        let subjects = dead.info_with_subjects(subject::ALL_DEAD).await.map_err(ReadError::unavailable)?;
        let counts: Vec<(String, usize)> = subjects.try_collect().await.map_err(ReadError::unavailable)?;
        let of =
            |(subject, count): (String, usize)| Some((subject::parse_dead(&subject).ok()?.to_owned(), count as u64));
        Ok(counts.into_iter().filter_map(of).collect())
    }

    /// Throws a dead letter away. One that is gone already is no error.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn discard_dead_letter(&self, letter_seq: u64) -> Result<(), ReadError> {
        let dead = self.jetstream().get_stream_no_info(stream::DEAD).await.map_err(ReadError::unavailable)?;
        match dead.delete_message(letter_seq).await {
            Ok(_) => Ok(()),
            Err(error) => match error.kind() {
                DeleteMessageErrorKind::JetStream(answer) if answer.error_code().0 == NO_MESSAGE_FOUND => Ok(()),
                _ => Err(ReadError::unavailable(error)),
            },
        }
    }

    /// The payload of the message that a letter is about, from the letter or else from its stream. `None` when neither
    /// has it any more.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn payload_of(&self, letter: &DeadLetter) -> Result<Option<Bytes>, ReadError> {
        if let Some(payload) = &letter.payload {
            let payload = BASE64.decode(payload.as_bytes()).map_err(|_| ReadError::Unexpected)?;
            return Ok(Some(payload.into()));
        }
        let request = json!({ "seq": letter.seq, "next_by_subj": letter.subject, "batch": 1 });
        let batch = batch::get(self.jetstream(), &letter.stream, &request).await?;
        Ok(batch.messages.into_iter().find(|stored| stored.seq == letter.seq).map(|stored| stored.payload))
    }
}

fn read(stored: &batch::Stored) -> Option<Buried> {
    let consumer = subject::parse_dead(&stored.subject).ok()?.to_owned();
    let letter = serde_json::from_slice(&stored.payload).ok()?;
    Some(Buried { letter_seq: stored.seq, buried_at: stored.at, consumer, letter })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_that_does_not_fit_is_left_out_and_a_reason_has_its_limit() {
        let place = (stream::TIMER, 7, DateTime::UNIX_EPOCH);
        let small = DeadLetter::new("why", place, "due.waiting.x", b"{", ENVELOPE_BYTES + 4);
        assert_eq!(small.payload.as_deref(), Some("ew=="));
        let large = DeadLetter::new(&"y".repeat(2000), place, "due.waiting.x", b"{{{{", ENVELOPE_BYTES + 4);
        assert_eq!((large.payload, large.reason.len()), (None, REASON_CHARS));
    }

    #[test]
    fn an_early_letter_is_about_the_stream_of_facts() {
        let early =
            r#"{"reason":"malformed fact","subject":"chat.x","seq":3,"payload":"ew==","at":"2026-11-22T09:00:00Z"}"#;
        let letter: DeadLetter = serde_json::from_str(early).unwrap();
        assert_eq!((letter.stream.as_str(), letter.seq), (stream::CHAT, 3));
    }
}
