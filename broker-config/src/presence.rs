//! Who is there: leases of technicians' tabs, in the bucket `PRESENCE`.
//!
//! The web process that has a tab's socket writes the tab's lease, renews it, and shortens it when the socket closes. The
//! broker ends what is not renewed, so a web process that is killed leaves nobody behind. A technician with at least one
//! lease is online, however many tabs and web processes there are. Whoever needs to know watches the bucket, see
//! [`Online`].

mod leases;
mod online;

use std::time::Duration;

use async_nats::jetstream::context::PublishError;
use async_nats::jetstream::message::PublishMessage;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Log, TabSubject, stream};

pub use leases::Leases;
pub use online::Online;

/// How long a lease lasts that is not renewed.
pub const LEASE: Duration = Duration::from_secs(30);

/// How often a lease is renewed.
pub const RENEWAL: Duration = Duration::from_secs(10);

/// How long a lease lasts once its socket has closed: long enough for the tab to be loaded again.
pub const GRACE: Duration = Duration::from_secs(5);

/// What the lease of a tab says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Whether the tab is what its window shows.
    pub is_visible: bool,
    /// When it was opened, or last became visible or hidden.
    pub seen_at: DateTime<Utc>,
    /// Whether its socket has closed: it may come back.
    #[serde(default)]
    pub is_closing: bool,
}

/// Writes a lease that lasts for `lasts`. With `expected`, only over the lease of that sequence: a tab that is open
/// elsewhere by now is left alone. The sequence that it has.
///
/// # Errors
/// When the broker does not answer or, with `expected`, has another lease.
pub async fn write(
    log: &Log,
    tab: TabSubject,
    lease: &Lease,
    lasts: Duration,
    expected: Option<u64>,
) -> Result<u64, PublishError> {
    let mut message =
        PublishMessage::build().expected_stream(stream::PRESENCE).ttl(lasts).payload(encode(lease).into());
    if let Some(expected) = expected {
        message = message.expected_last_subject_sequence(expected);
    }
    Ok(log.jetstream().send_publish(tab.to_string(), message).await?.await?.sequence)
}

fn encode(lease: &Lease) -> Vec<u8> {
    #[expect(clippy::expect_used, reason = "a lease has string keys and a Vec takes every byte")]
    serde_json::to_vec(lease).expect("a lease is always JSON")
}
