//! The log: appending facts with compare-and-set, and reading them back.

mod forget;
mod last;
mod read;

use std::time::Duration;

use async_nats::Client;
use async_nats::header::NATS_EXPECTED_LAST_SUBJECT_SEQUENCE;
use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::{self, Context};
use chrono::{DateTime, Utc};

use crate::{ChatId, ChatSubject, Fact, Leaf, SyncedFact, stream, subject};

pub use last::Last;
pub use read::{AssetState, ReadError, Tail};

/// The header that names the filter on which an expected sequence is compared, when it is not the message's subject.
pub const EXPECTED_SUBJECT: &str = "Nats-Expected-Last-Subject-Sequence-Subject";

/// How long an append or a read may take before the broker counts as away.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// How many appends of one process may await their acknowledgement; further ones wait for a place.
const APPENDS_IN_FLIGHT: usize = 2048;

/// The error of nats-server when an expected sequence does not match, on one server and, in flight, on a cluster.
const WRONG_LAST_SEQUENCE: [u64; 2] = [10071, 10164];

/// The log of every chat, on the broker. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Log {
    jetstream: Context,
}

/// A fact as it stands on the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Its place in the log.
    pub seq: u64,
    /// When the broker stored it.
    pub at: DateTime<Utc>,
    /// Whose chat it is about, and what it is for.
    pub subject: ChatSubject,
    /// What it says.
    pub fact: Fact,
}

impl From<Logged> for SyncedFact {
    fn from(logged: Logged) -> Self {
        Self { seq: logged.seq, at: logged.at, subject: logged.subject.to_string(), fact: logged.fact }
    }
}

/// The broker has a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Its place in the log.
    pub seq: u64,
    /// Whether the broker had it before, by its message id.
    pub repeated: bool,
}

impl Log {
    /// The log on the broker to which `client` is connected.
    #[must_use]
    pub fn new(client: Client) -> Self {
        let jetstream = jetstream::context::ContextBuilder::new()
            .timeout(PATIENCE)
            .max_ack_inflight(APPENDS_IN_FLIGHT)
            .backpressure_on_inflight(true)
            .build(client);
        Self { jetstream }
    }

    /// The connection, for what is not stored.
    #[must_use]
    pub fn client(&self) -> Client {
        self.jetstream.client()
    }

    /// JetStream, for consumers.
    #[must_use]
    pub fn jetstream(&self) -> &Context {
        &self.jetstream
    }

    /// Appends a fact, whatever stands before it.
    ///
    /// # Errors
    /// See [`AppendError`]; never [`AppendError::Conflict`].
    pub async fn append(&self, subject: &ChatSubject, fact: &Fact) -> Result<Appended, AppendError> {
        self.publish(subject, fact, message(subject.chat_id, fact)).await
    }

    /// Appends a fact if its subject has none yet.
    ///
    /// # Errors
    /// See [`AppendError`].
    pub async fn append_first(&self, subject: &ChatSubject, fact: &Fact) -> Result<Appended, AppendError> {
        self.append_after(subject, &subject.to_string(), 0, fact).await
    }

    /// Appends a fact if `expected_seq` is still the last sequence on `filter`, which may have wildcards and must match
    /// the subject; 0 when there is none.
    ///
    /// # Errors
    /// See [`AppendError`].
    pub async fn append_after(
        &self,
        subject: &ChatSubject,
        filter: &str,
        expected_seq: u64,
        fact: &Fact,
    ) -> Result<Appended, AppendError> {
        let message = message(subject.chat_id, fact)
            .header(NATS_EXPECTED_LAST_SUBJECT_SEQUENCE, expected_seq.to_string())
            .header(EXPECTED_SUBJECT, filter);
        self.publish(subject, fact, message).await
    }

    /// Opens or closes a chat of the subject's asset if nothing has been opened or closed there since `state_seq`.
    /// Opening a chat again that is open is a repeat, not a conflict.
    ///
    /// # Errors
    /// See [`AppendError`].
    pub async fn append_state(
        &self,
        subject: &ChatSubject,
        state_seq: u64,
        fact: &Fact,
    ) -> Result<Appended, AppendError> {
        let filter = subject::states_of(subject.asset_id);
        let outcome = self.append_after(subject, &filter, state_seq, fact).await;
        if let Err(AppendError::Conflict) = outcome
            && subject.leaf == Leaf::Opened
            && let Ok(state) = self.asset_state(subject.asset_id).await
            && state.open_chat() == Some(subject.chat_id)
        {
            return Ok(Appended { seq: state.seq, repeated: true });
        }
        outcome
    }

    async fn publish(
        &self,
        subject: &ChatSubject,
        fact: &Fact,
        message: PublishMessage,
    ) -> Result<Appended, AppendError> {
        if !fact.belongs_on(subject) {
            return Err(AppendError::Misplaced);
        }
        let message = message.payload(fact.encode().into());
        let acknowledged = self.jetstream.send_publish(subject.to_string(), message).await?.await?;
        Ok(Appended { seq: acknowledged.sequence, repeated: acknowledged.duplicate })
    }
}

fn message(chat_id: ChatId, fact: &Fact) -> PublishMessage {
    let message = PublishMessage::build().expected_stream(stream::CHAT);
    match fact.repeat_id(chat_id) {
        Some(id) => message.message_id(id),
        None => message,
    }
}

/// Why a fact was not appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Somebody else was first: read what stands there now, and decide again.
    #[error("the log has moved on")]
    Conflict,
    /// The fact is not one for this subject: a mistake of the caller.
    #[error("the fact does not belong on this subject")]
    Misplaced,
    /// The broker did not answer. The fact may be on the log or not: append it again with the same ids.
    #[error("the broker did not answer")]
    Unavailable(#[source] PublishError),
    /// The broker will not take it, however often it is tried.
    #[error("the broker refused the fact")]
    Refused(#[source] PublishError),
}

impl From<PublishError> for AppendError {
    fn from(error: PublishError) -> Self {
        match error.kind() {
            PublishErrorKind::WrongLastSequence => Self::Conflict,
            PublishErrorKind::TimedOut
            | PublishErrorKind::BrokenPipe
            | PublishErrorKind::StreamNotFound
            | PublishErrorKind::MaxAckPending => Self::Unavailable(error),
            PublishErrorKind::Other => match server_error(&error) {
                Some(code) if WRONG_LAST_SEQUENCE.contains(&code) => Self::Conflict,
                Some(_) => Self::Refused(error),
                None => Self::Unavailable(error),
            },
            _ => Self::Refused(error),
        }
    }
}

/// The error code of nats-server behind a failed publish, if it is the server that answered.
fn server_error(error: &PublishError) -> Option<u64> {
    let source = std::error::Error::source(error)?;
    let answered = source.downcast_ref::<jetstream::Error>()?;
    Some(answered.error_code().0)
}
