//! The device's side of Trayline: broker link, outbox and conversation, apart from any window.
//!
//! [`enrol`] makes a device known to a server. [`Agent::start`] runs it: what a person writes is on disk before
//! [`Agent::say`] returns, and goes to the technicians as soon as there is a way. Whoever shows the conversation takes a
//! [`Snapshot`] and then follows the [`Event`]s. [`window`] is how both reach a window in a process of its own.

mod agent;
mod backoff;
mod conversation;
mod dispatch;
mod draft;
mod examination;
#[cfg(feature = "fault-points")]
pub mod fault;
#[cfg(not(feature = "fault-points"))]
mod fault;
mod identity;
mod link;
mod outbox;
mod private_files;
mod proxy;
mod remembered;
pub mod window;

pub use agent::{Agent, AgentSettings, Event, LinkState, SayError, StartError, Stopped};
pub use conversation::{About, Delivery, Entry, MAX_ENTRIES, Snapshot, Waiting, What};
pub use draft::Draft;
pub use examination::{Trouble, examine, server_time};
pub use identity::{
    EnrolError, Enrolment, Identity, IdentityError, Rotated, RotationError, Seed, enrol, machine_hash, rotate,
};
pub use outbox::{OutboxError, Salvage, waiting_in};
pub use proxy::{NotAProxy, Proxy};
