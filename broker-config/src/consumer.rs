//! The durable consumers as they must be, as values: one per worker, named like it.

use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, ReplayPolicy, pull};

use crate::subject;

/// The name of the persistence worker and of its consumer.
pub const PERSISTENCE: &str = "persistence";

/// How long a worker may keep a fact without a sign of life before the broker gives it to another. After a worker is
/// killed, the facts that it had pulled wait for so long.
pub const ACK_WAIT: Duration = Duration::from_secs(10);

/// How many facts may be with workers at once, over all instances.
const MAX_ACK_PENDING: i64 = 20_000;

/// Every durable consumer of the stream of facts.
#[must_use]
pub fn all() -> [pull::Config; 1] {
    [persistence()]
}

/// Every fact, from the first.
#[must_use]
pub fn persistence() -> pull::Config {
    durable(PERSISTENCE, "Projects facts into Postgres", subject::ALL_CHATS)
}

/// Deliveries have no limit: what cannot be handled is put among the dead letters by the worker, never dropped by the
/// broker.
fn durable(name: &str, description: &str, filter: &str) -> pull::Config {
    pull::Config {
        durable_name: Some(name.to_owned()),
        description: Some(description.to_owned()),
        filter_subject: filter.to_owned(),
        deliver_policy: DeliverPolicy::All,
        ack_policy: AckPolicy::Explicit,
        ack_wait: ACK_WAIT,
        max_deliver: -1,
        max_ack_pending: MAX_ACK_PENDING,
        replay_policy: ReplayPolicy::Instant,
        ..pull::Config::default()
    }
}
