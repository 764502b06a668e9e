//! The streams as they must be, as values.

use std::time::Duration;

use async_nats::jetstream::stream::{Config, DiscardPolicy, Republish, RetentionPolicy, StorageType};

use crate::subject;

/// The name of the stream of all facts.
pub const CHAT: &str = "CHAT";

/// The name of the stream of timers.
pub const TIMER: &str = "TIMER";

/// The name of the stream under the bucket `PRESENCE`.
pub const PRESENCE: &str = "KV_PRESENCE";

/// The name of the stream of what no worker could handle.
pub const DEAD: &str = "DEAD";

/// The largest stored message: see [`crate::permission::DEVICE_PAYLOAD_BYTES`], and headers.
const MAX_MESSAGE_BYTES: i32 = 160 * 1024;

/// For how long the broker recognises a repeated message id.
const DUPLICATE_WINDOW: Duration = Duration::from_mins(2);

/// How long a dead letter is kept.
const DEAD_KEPT: Duration = Duration::from_hours(90 * 24);

/// How long the bucket shows that a lease has ended to whoever watches it.
const ENDED_SHOWN: Duration = Duration::from_mins(1);

/// The largest lease.
const MAX_LEASE_BYTES: i32 = 1024;

/// Every stream, on so many servers.
#[must_use]
pub fn all(replicas: usize) -> [Config; 4] {
    [chat(replicas), timer(replicas), presence(replicas), dead(replicas)]
}

/// All facts. It has neither message schedules nor roll-ups: devices publish into it, and a header of theirs must not
/// be able to erase it or to write on other subjects.
#[must_use]
pub fn chat(replicas: usize) -> Config {
    Config {
        name: CHAT.to_owned(),
        description: Some("What every chat's log says".to_owned()),
        subjects: vec![subject::ALL_CHATS.to_owned()],
        republish: Some(Republish {
            source: subject::ALL_CHATS.to_owned(),
            destination: subject::ALL_CHATS_FEED.to_owned(),
            headers_only: false,
        }),
        allow_direct: true,
        allow_rollup: false,
        deny_delete: true,
        max_message_size: MAX_MESSAGE_BYTES,
        ..kept(replicas)
    }
}

/// Timers. Devices have no way here, so it may have message schedules. A timer that is due stays until a worker has
/// handled it; one that runs stays until then.
#[must_use]
pub fn timer(replicas: usize) -> Config {
    Config {
        name: TIMER.to_owned(),
        description: Some("Timers of chats, held by the broker".to_owned()),
        subjects: vec![subject::ALL_TIMERS.to_owned(), subject::ALL_DUE.to_owned()],
        retention: RetentionPolicy::WorkQueue,
        // What the server demands of a stream with message schedules. Without limits nothing is discarded.
        discard: DiscardPolicy::Old,
        allow_direct: true,
        allow_rollup: true,
        allow_message_schedules: true,
        ..kept(replicas)
    }
}

/// The bucket of leases: who is there. On disk, small as it is, so that a broker that was killed still has the leases
/// when it comes back, and nobody seems to leave and return with it.
#[must_use]
pub fn presence(replicas: usize) -> Config {
    Config {
        name: PRESENCE.to_owned(),
        description: Some("Leases: who and what is there".to_owned()),
        subjects: vec![subject::ALL_PRESENCE.to_owned()],
        max_messages_per_subject: 1,
        allow_direct: true,
        allow_rollup: true,
        deny_delete: true,
        allow_message_ttl: true,
        subject_delete_marker_ttl: Some(ENDED_SHOWN),
        max_message_size: MAX_LEASE_BYTES,
        ..kept(replicas)
    }
}

/// What no worker could handle, with the reason.
#[must_use]
pub fn dead(replicas: usize) -> Config {
    Config {
        name: DEAD.to_owned(),
        description: Some("What no worker could handle, with the reason".to_owned()),
        subjects: vec![subject::ALL_DEAD.to_owned()],
        allow_direct: true,
        max_age: DEAD_KEPT,
        ..kept(replicas)
    }
}

fn kept(replicas: usize) -> Config {
    Config {
        storage: StorageType::File,
        retention: RetentionPolicy::Limits,
        discard: DiscardPolicy::New,
        num_replicas: replicas,
        max_messages: -1,
        max_messages_per_subject: -1,
        max_bytes: -1,
        max_consumers: -1,
        max_message_size: -1,
        duplicate_window: DUPLICATE_WINDOW,
        ..Config::default()
    }
}
