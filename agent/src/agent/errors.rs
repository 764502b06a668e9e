//! What can go wrong with an agent.

use std::sync::Arc;

use broker_config::TextError;

use crate::outbox::OutboxError;

/// Why an agent did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The outbox cannot be opened.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    /// The private key cannot be read.
    #[error("the device's key is not an NKey seed")]
    Identity,
    /// The runtime is shutting down.
    #[error("interrupted")]
    Interrupted,
}

/// Why a message was not accepted. The texts can be shown to the person who wrote it.
#[derive(Debug, thiserror::Error)]
pub enum SayError {
    /// The text is empty, too long, or has a NUL.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The message cannot be kept safe.
    #[error("the message could not be kept safe and was not sent: {0}")]
    Outbox(#[source] Arc<OutboxError>),
    /// Too much waits already.
    #[error("too many messages wait to be sent; this one was not accepted")]
    OutboxFull,
    /// The agent has stopped.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// The agent has stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the agent has stopped")]
pub struct Stopped;
