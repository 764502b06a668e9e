//! Where a second start of the agent knocks.

#[cfg(windows)]
mod pipe;
#[cfg(not(windows))]
mod socket;

#[cfg(windows)]
pub(super) use pipe::{Door, knock};
#[cfg(not(windows))]
pub(super) use socket::{Door, knock};
