//! The workers: each reads the log and does one thing.
