//! Why a delivery has not arrived.

use std::fmt;
use std::time::Duration;

use super::pace::Pace;

/// Why a delivery has not arrived. The reason goes into the log of deliveries: it has neither texts nor secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NotSent {
    pub reason: String,
    is_final: bool,
}

impl NotSent {
    /// Another attempt may do better.
    pub(super) fn again(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), is_final: false }
    }

    /// No attempt will.
    pub(super) fn for_good(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), is_final: true }
    }

    /// After which pause to try again, if at all.
    pub(super) fn again_in(&self, pace: &Pace, attempts: i32) -> Option<Duration> {
        if self.is_final { None } else { pace.pause_after(attempts) }
    }
}

impl fmt::Display for NotSent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}
