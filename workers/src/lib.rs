//! The workers: each reads the log and does one thing. None knows another; the [`runner`] owns what they share.

pub mod assignment;
pub mod chat_state;
pub mod housekeeping;
pub mod leases;
pub mod notification;
pub mod persistence;
pub mod ping;
pub mod presence;
pub mod revocation;
pub mod runner;
pub mod sync;
mod tally;
pub mod unavailable;
