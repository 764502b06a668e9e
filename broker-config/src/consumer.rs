//! The durable consumers as they must be, as values: one per worker and stream.

use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, ReplayPolicy, pull};

use crate::{stream, subject};

/// The name of the persistence worker and of its consumer.
pub const PERSISTENCE: &str = "persistence";
/// The name of the assignment worker and of its consumer.
pub const ASSIGNMENT: &str = "assignment";
/// The name of the unavailable worker and of its consumer of facts.
pub const UNAVAILABLE: &str = "unavailable";
/// The unavailable worker's consumer of due timers.
pub const UNAVAILABLE_DUE: &str = "unavailable-due";
/// The name of the ping worker and of its consumer.
pub const PING: &str = "ping";
/// The name of the notification worker and of its consumer of facts.
pub const NOTIFICATION: &str = "notification";
/// The notification worker's consumer of due timers.
pub const NOTIFICATION_DUE: &str = "notification-due";

/// How long a worker may keep a fact without a sign of life before the broker gives it to another. After a worker is
/// killed, the facts that it had pulled wait for so long.
pub const ACK_WAIT: Duration = Duration::from_secs(10);

/// How many facts may be with workers at once, over all instances.
const MAX_ACK_PENDING: i64 = 20_000;

/// A durable consumer, and the stream that it reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// The stream.
    pub stream: &'static str,
    /// The worker that pulls from it.
    pub worker: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it must be.
    pub config: pull::Config,
}

impl Declared {
    /// What it takes.
    pub fn filters(&self) -> impl Iterator<Item = &str> {
        let one = Some(self.config.filter_subject.as_str()).filter(|filter| !filter.is_empty());
        one.into_iter().chain(self.config.filter_subjects.iter().map(String::as_str))
    }
}

/// Every durable consumer.
#[must_use]
pub fn all() -> Vec<Declared> {
    vec![
        persistence(),
        chat(ASSIGNMENT, "Gives new chats to their policy's technician", &[subject::ALL_OPENED]),
        chat(
            UNAVAILABLE,
            "Starts and stops the wait for an answer",
            &[subject::ALL_SAID_BY_CLIENTS, subject::ALL_SAID_BY_TECHNICIANS, subject::ALL_CLOSED],
        ),
        due(UNAVAILABLE, UNAVAILABLE_DUE, "Says that nobody is available", subject::ALL_DUE_UNAVAILABLE),
        chat(
            PING,
            "Pings technicians, once per unread chat",
            &[subject::ALL_SAID_BY_CLIENTS, subject::ALL_ASSIGNED, subject::ALL_READ_BY_TECHNICIANS],
        ),
        chat(
            NOTIFICATION,
            "Applies technicians' notification rules",
            &[
                subject::ALL_SAID_BY_CLIENTS,
                subject::ALL_SAID_BY_TECHNICIANS,
                subject::ALL_ASSIGNED,
                subject::ALL_READ_BY_TECHNICIANS,
                subject::ALL_CLOSED,
            ],
        ),
        due(NOTIFICATION, NOTIFICATION_DUE, "Tells of chats that wait for long", subject::ALL_DUE_WAITING),
    ]
}

/// Every fact, from the first.
#[must_use]
pub fn persistence() -> Declared {
    chat(PERSISTENCE, "Projects facts into Postgres", &[subject::ALL_CHATS])
}

/// A worker's consumer of facts.
fn chat(name: &'static str, description: &str, filters: &[&str]) -> Declared {
    Declared { stream: stream::CHAT, worker: name, name, config: durable(name, description, filters) }
}

/// A worker's consumer of due timers.
fn due(worker: &'static str, name: &'static str, description: &str, filter: &str) -> Declared {
    Declared { stream: stream::TIMER, worker, name, config: durable(name, description, &[filter]) }
}

/// Deliveries begin at the first message and have no limit: what cannot be handled is put among the dead letters by the
/// worker, never dropped by the broker.
fn durable(name: &str, description: &str, filters: &[&str]) -> pull::Config {
    let (filter_subject, filter_subjects) = match filters {
        [filter] => ((*filter).to_owned(), Vec::new()),
        filters => (String::new(), filters.iter().map(|filter| (*filter).to_owned()).collect()),
    };
    pull::Config {
        durable_name: Some(name.to_owned()),
        description: Some(description.to_owned()),
        filter_subject,
        filter_subjects,
        deliver_policy: DeliverPolicy::All,
        ack_policy: AckPolicy::Explicit,
        ack_wait: ACK_WAIT,
        max_deliver: -1,
        max_ack_pending: MAX_ACK_PENDING,
        replay_policy: ReplayPolicy::Instant,
        ..pull::Config::default()
    }
}
