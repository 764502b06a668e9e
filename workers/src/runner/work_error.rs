//! Why a worker could not handle a batch.

use std::error::Error;
use std::fmt::Write;

/// Why a batch was not handled; nothing of it was written.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// Something that the work needs is away. The same batch is tried again until it works.
    #[error("something that the work needs is away")]
    Retry(#[source] Box<dyn Error + Send + Sync>),
    /// Some fact of the batch can never be handled. The runner halves the batch until it knows which, and puts that one
    /// among the dead letters.
    #[error("a fact cannot be handled")]
    Reject(#[source] Box<dyn Error + Send + Sync>),
}

impl WorkError {
    /// [`WorkError::Retry`] because of `source`.
    pub fn retry(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Retry(source.into())
    }

    /// [`WorkError::Reject`] because of `source`.
    pub fn reject(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Reject(source.into())
    }
}

/// An error with everything behind it, for a log line or a dead letter.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut chain = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let _ = write!(chain, ": {error}");
        source = error.source();
    }
    chain
}
