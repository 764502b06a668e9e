//! What waits for a worker, by the broker's account.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::consumer::Declared;
use crate::{Log, ReadError, batch};

/// The error of nats-server when there is no such consumer.
const NO_SUCH_CONSUMER: u64 = 10014;

/// What waits for a worker.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Backlog {
    /// How many facts no instance has been given yet.
    pub lag: u64,
    /// How many facts are with instances, which have not answered for them.
    pub in_work: u64,
    /// How many requests for facts wait at the broker: 0 means that nobody asks.
    pub requests: u64,
    /// The first fact that is not handled.
    pub oldest: Option<OldestFact>,
}

/// The first fact that a worker has not handled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OldestFact {
    /// The stream that has it.
    pub stream: &'static str,
    /// Its place there.
    pub seq: u64,
    /// When the broker stored it.
    pub at: DateTime<Utc>,
    /// How long ago that was, in seconds, by the broker's clock.
    pub age_seconds: u64,
}

impl Backlog {
    /// What waits for a worker with two consumers.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            lag: self.lag + other.lag,
            in_work: self.in_work + other.in_work,
            requests: self.requests + other.requests,
            oldest: self.oldest.into_iter().chain(other.oldest).min_by_key(|oldest| oldest.at),
        }
    }
}

/// What the broker says of a consumer.
#[derive(Deserialize)]
struct Answer {
    /// When it says so, by its own clock.
    ts: Option<DateTime<Utc>>,
    num_pending: Option<u64>,
    num_ack_pending: Option<u64>,
    num_waiting: Option<u64>,
    ack_floor: Option<Place>,
    error: Option<Refused>,
}

#[derive(Deserialize)]
struct Place {
    stream_seq: u64,
}

#[derive(Deserialize)]
struct Refused {
    err_code: u64,
}

impl Log {
    /// What waits at a consumer; `None` when the broker has no such consumer.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn backlog(&self, declared: &Declared) -> Result<Option<Backlog>, ReadError> {
        let Declared { stream, name, .. } = declared;
        let asked = self.jetstream().request(format!("CONSUMER.INFO.{stream}.{name}"), &json!({})).await;
        let answer: Answer = asked.map_err(ReadError::unavailable)?;
        if let Some(refused) = answer.error {
            return if refused.err_code == NO_SUCH_CONSUMER { Ok(None) } else { Err(ReadError::Gone) };
        }
        let (Some(now), Some(lag), Some(in_work), Some(floor)) =
            (answer.ts, answer.num_pending, answer.num_ack_pending, answer.ack_floor)
        else {
            return Err(ReadError::Unexpected);
        };
        let oldest = match lag + in_work {
            0 => None,
            _ => self.oldest_after(declared, floor.stream_seq).await?,
        };
        let oldest = oldest.map(|(seq, at)| OldestFact { stream, seq, at, age_seconds: seconds(now, at) });
        Ok(Some(Backlog { lag, in_work, requests: answer.num_waiting.unwrap_or_default(), oldest }))
    }

    /// The first message after `floor` that the consumer takes.
    async fn oldest_after(&self, declared: &Declared, floor: u64) -> Result<Option<(u64, DateTime<Utc>)>, ReadError> {
        let mut first: Option<(u64, DateTime<Utc>)> = None;
        for filter in declared.filters() {
            let request = json!({ "seq": floor + 1, "next_by_subj": filter, "batch": 1 });
            let batch = batch::get(self.jetstream(), declared.stream, &request).await?;
            let found = batch.messages.first().map(|stored| (stored.seq, stored.at));
            first = first.into_iter().chain(found).min();
        }
        Ok(first)
    }
}

fn seconds(now: DateTime<Utc>, at: DateTime<Utc>) -> u64 {
    u64::try_from((now - at).num_seconds()).unwrap_or_default()
}
