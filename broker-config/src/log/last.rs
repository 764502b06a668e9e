//! Reading a chat's present from the log: the last fact on each of its subjects, in one request.

use async_nats::jetstream::stream::DirectGetErrorKind;
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::{ChatSubject, Fact, batch, stream};

use super::Log;
use super::read::{ReadError, time};

/// The last fact on one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Last {
    /// Its place in the log.
    pub seq: u64,
    /// Its subject.
    pub subject: ChatSubject,
    /// What it says; `None` when it cannot be read as a fact.
    pub fact: Option<Fact>,
}

impl Log {
    /// The last fact on each subject that `filter` matches, in no order; at most 1,024 subjects. They stood on the log
    /// together, at one moment.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn last_of_each(&self, filter: &str) -> Result<Vec<Last>, ReadError> {
        let stored = batch::get(&self.jetstream, stream::CHAT, &json!({ "multi_last": [filter] })).await?;
        let last = stored.messages.into_iter().filter_map(|message| {
            let subject = message.subject.parse().ok()?;
            let fact = Fact::decode(&message.payload).ok().filter(|fact| fact.belongs_on(&subject));
            Some(Last { seq: message.seq, subject, fact })
        });
        Ok(last.collect())
    }

    /// The place and time of the first fact on `subject` after `after`.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn first_after(
        &self,
        subject: &ChatSubject,
        after: u64,
    ) -> Result<Option<(u64, DateTime<Utc>)>, ReadError> {
        match self.stream().await?.direct_get_next_for_subject(subject.to_string(), Some(after + 1)).await {
            Ok(message) => Ok(Some((message.sequence, time(&message)?))),
            Err(error) if error.kind() == DirectGetErrorKind::NotFound => Ok(None),
            Err(error) => Err(ReadError::unavailable(error)),
        }
    }
}
