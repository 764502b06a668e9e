//! The contract on a real broker: compare-and-set, reading back, and what a device may and may not do.

mod asyncapi;
mod device_credentials;
mod device_rights;
mod hostile_device;
mod log;
mod presence;
mod raw_device;
mod streams;
mod timers;
mod tls;
mod traffic;
