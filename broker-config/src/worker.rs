//! The workers' names: each is its module, its word on the command line and the name of its leases.

pub use crate::consumer::{ASSIGNMENT, NOTIFICATION, PERSISTENCE, PING, UNAVAILABLE};

/// The name of the worker that answers devices.
pub const SYNC: &str = "sync";
/// The name of the worker that knows which devices are connected.
pub const PRESENCE: &str = "presence";
/// The name of the worker that does what is to be done from time to time.
pub const HOUSEKEEPING: &str = "housekeeping";
/// The name of the worker that has the broker refuse credentials that are not good any more.
pub const REVOCATION: &str = "revocation";

/// Every worker.
pub const ALL: [&str; 9] =
    [PERSISTENCE, SYNC, ASSIGNMENT, UNAVAILABLE, PING, NOTIFICATION, PRESENCE, HOUSEKEEPING, REVOCATION];
