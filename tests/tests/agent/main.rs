//! The agent on a real broker, with real workers.

mod command_line;
mod delivery;
mod device;
mod running;
