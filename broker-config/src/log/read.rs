//! Reading the log back: the last fact on a filter, and everything after a sequence.

use async_nats::jetstream;
use async_nats::jetstream::message::StreamMessage;
use async_nats::jetstream::stream::LastRawMessageErrorKind;
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::batch::{self, Stored};
use crate::{AssetId, ChatId, ChatSubject, DecodeError, Fact, Leaf, consumer, stream, subject};

use super::{Log, Logged};

/// How many facts one request for a tail asks for, at most.
const TAIL_FACTS: usize = 500;

/// Whether an asset has an open chat, by the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AssetState {
    /// The sequence of the asset's last `opened` or `closed`, 0 when there is none: what the next one must expect.
    pub seq: u64,
    /// The chat of that fact; `None` also when a device has named something that is no chat.
    pub chat_id: Option<ChatId>,
    /// Whether that chat is open.
    pub is_open: bool,
}

impl AssetState {
    /// The open chat.
    #[must_use]
    pub fn open_chat(&self) -> Option<ChatId> {
        self.chat_id.filter(|_| self.is_open)
    }
}

/// Facts after a sequence, in the order of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tail {
    /// The facts. What cannot be read as a fact is left out: persistence puts it among the dead letters.
    pub facts: Vec<Logged>,
    /// Up to where `facts` is complete for the filter.
    pub upto: u64,
    /// Whether the filter has facts after `upto` already.
    pub more: bool,
}

impl Log {
    /// The last fact on `filter`, which may have wildcards.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn last(&self, filter: &str) -> Result<Option<Logged>, ReadError> {
        let Some(message) = self.last_message(filter).await? else {
            return Ok(None);
        };
        let subject = message.subject.parse().map_err(|_| ReadError::Unexpected)?;
        let fact = Fact::decode(&message.payload)?;
        Ok(Some(Logged { seq: message.sequence, at: time(&message)?, subject, fact }))
    }

    /// Whether `asset_id` has an open chat. It needs only subjects, so a malformed payload does not stand in the way. A device
    /// may put anything where its subject names the chat; it has no open one then, and nobody else is kept from theirs.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn asset_state(&self, asset_id: AssetId) -> Result<AssetState, ReadError> {
        let Some(message) = self.last_message(&subject::states_of(asset_id)).await? else {
            return Ok(AssetState::default());
        };
        let subject: Option<ChatSubject> = message.subject.parse().ok();
        Ok(AssetState {
            seq: message.sequence,
            chat_id: subject.map(|subject| subject.chat_id),
            is_open: subject.is_some_and(|subject| subject.leaf == Leaf::Opened),
        })
    }

    /// Facts on `filter` after `after`: at most 500 of them and about `max_bytes` of payloads. Ask again from
    /// `upto` while there is `more`.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn tail(&self, filter: &str, after: u64, max_bytes: usize) -> Result<Tail, ReadError> {
        let seq = after.saturating_add(1);
        let request = json!({ "seq": seq, "next_by_subj": filter, "batch": TAIL_FACTS, "max_bytes": max_bytes });
        let stored = batch::get(&self.jetstream, stream::CHAT, &request).await?;
        let upto = stored.messages.last().map_or(after, |last| last.seq);
        let facts = stored.messages.iter().filter_map(into_fact).collect();
        Ok(Tail { facts, upto, more: stored.pending > 0 })
    }

    /// The first and the last sequence of the log.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn bounds(&self) -> Result<(u64, u64), ReadError> {
        let stream = self.stream().await?;
        let info = stream.get_info().await.map_err(ReadError::unavailable)?;
        Ok((info.state.first_sequence, info.state.last_sequence))
    }

    /// Up to where Postgres has every fact: the acknowledgement floor of the persistence worker.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn persisted_upto(&self) -> Result<u64, ReadError> {
        let stream = self.stream().await?;
        let info = stream.consumer_info(consumer::PERSISTENCE).await.map_err(ReadError::unavailable)?;
        Ok(info.ack_floor.stream_sequence)
    }

    async fn last_message(&self, filter: &str) -> Result<Option<StreamMessage>, ReadError> {
        match self.stream().await?.get_last_raw_message_by_subject(filter).await {
            Ok(message) => Ok(Some(message)),
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(ReadError::unavailable(error)),
        }
    }

    pub(super) async fn stream(&self) -> Result<jetstream::stream::Stream<()>, ReadError> {
        self.jetstream.get_stream_no_info(stream::CHAT).await.map_err(ReadError::unavailable)
    }
}

fn into_fact(stored: &Stored) -> Option<Logged> {
    let subject: ChatSubject = stored.subject.parse().ok()?;
    let fact = Fact::decode(&stored.payload).ok().filter(|fact| fact.belongs_on(&subject))?;
    Some(Logged { seq: stored.seq, at: stored.at, subject, fact })
}

pub(super) fn time(message: &StreamMessage) -> Result<DateTime<Utc>, ReadError> {
    let at = message.time;
    DateTime::from_timestamp(at.unix_timestamp(), at.nanosecond()).ok_or(ReadError::Unexpected)
}

/// Why the log could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The broker did not answer; try again.
    #[error("the broker did not answer")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The stream is not there, or the connection ended; try again.
    #[error("the log is not there")]
    Gone,
    /// The broker answered something that this version does not understand.
    #[error("the broker's answer was not understood")]
    Unexpected,
    /// The fact that was asked for cannot be read.
    #[error("the fact cannot be read")]
    Malformed(#[from] DecodeError),
}

impl ReadError {
    pub(crate) fn unavailable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(error.into())
    }
}
