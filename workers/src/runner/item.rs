//! What workers take from a stream.

use broker_config::{DecodeError, Due, Fact, Logged, MalformedDue, MalformedSubject, stream};
use chrono::{DateTime, Utc};

/// A message of a stream, decoded.
pub trait Item: Sized + Send + Sync + 'static {
    /// The stream that has such messages.
    const STREAM: &'static str;

    /// Reads a message that the broker stored as `seq` at `at`.
    ///
    /// # Errors
    /// See [`Unreadable`].
    fn read(subject: &str, payload: &[u8], seq: u64, at: DateTime<Utc>) -> Result<Self, Unreadable>;
}

/// Why a message can be handled by no worker of this version.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// Its subject is not one of the stream's.
    #[error(transparent)]
    Subject(#[from] MalformedSubject),
    /// Its payload is not a fact that this version knows.
    #[error(transparent)]
    Payload(#[from] DecodeError),
    /// The fact's kind or author is not one for the subject.
    #[error("the fact does not belong on its subject")]
    Misplaced,
    /// It is not a due timer.
    #[error(transparent)]
    Due(#[from] MalformedDue),
}

impl Item for Logged {
    const STREAM: &'static str = stream::CHAT;

    fn read(subject: &str, payload: &[u8], seq: u64, at: DateTime<Utc>) -> Result<Self, Unreadable> {
        let subject = subject.parse()?;
        let fact = Fact::decode(payload)?;
        if fact.belongs_on(&subject) { Ok(Self { seq, at, subject, fact }) } else { Err(Unreadable::Misplaced) }
    }
}

impl Item for Due {
    const STREAM: &'static str = stream::TIMER;

    fn read(subject: &str, payload: &[u8], _seq: u64, at: DateTime<Utc>) -> Result<Self, Unreadable> {
        Ok(Self::read(subject, payload, at)?)
    }
}
