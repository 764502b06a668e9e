//! `trayline up`: everything in one process, with a private broker and a private database.

pub mod data_directory;
pub mod ports;
pub mod progress;
pub mod servers;
