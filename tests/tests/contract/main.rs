//! The contract on a real broker: compare-and-set, reading back, and what a device may and may not do.

mod asyncapi;
mod device_rights;
mod log;
mod presence;
mod streams;
mod timers;
