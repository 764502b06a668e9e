//! Giving a dead letter's message to its worker once more, outside of the stream.

use chrono::{DateTime, Utc};

use super::work_error::chain;
use super::{BatchWorker, Item, WorkError};

/// Lets the worker handle one message that the broker stored as `seq` at `at`, once.
///
/// # Errors
/// See [`ReplayError`].
pub async fn replay<W: BatchWorker>(
    worker: &W,
    subject: &str,
    payload: &[u8],
    (seq, at): (u64, DateTime<Utc>),
) -> Result<(), ReplayError> {
    let item = W::Item::read(subject, payload, seq, at).map_err(|error| ReplayError::Refused(chain(&error)))?;
    match worker.handle(&[item]).await {
        Ok(rejected) => match rejected.into_iter().next() {
            None => Ok(()),
            Some(rejected) => Err(ReplayError::Refused(rejected.reason)),
        },
        Err(WorkError::Reject(source)) => Err(ReplayError::Refused(chain(&*source))),
        Err(WorkError::Retry(source)) => Err(ReplayError::Unavailable(source)),
    }
}

/// Why a message was not handled.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The worker still refuses it, for this reason.
    #[error("{0}")]
    Refused(String),
    /// Something that the work needs is away; try again.
    #[error("something that the work needs is away")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}
