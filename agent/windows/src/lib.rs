//! What the agent needs of Windows itself, behind functions that are safe to call: an icon in the notification area, which
//! session this is, and values in the registry. Empty on other systems.
#![cfg(windows)]

pub mod registry;
pub mod session;
pub mod tray;
mod wide;
