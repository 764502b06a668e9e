//! The private nats-server and Postgres of `trayline up`: found, started, watched and stopped as child processes.

pub mod leftover;
pub mod nats_server;
pub mod postgres;
pub mod process;
pub mod program;
pub mod user;
