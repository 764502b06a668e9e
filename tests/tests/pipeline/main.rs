//! The workers on a real broker and a real database.

mod facts;
mod flood;
mod persistence;
mod presence;
mod revocation;
mod runner;
mod running;
mod sync;
