//! The rules, each on a real broker and a real database.

mod assignment;
mod killed;
mod ping;
mod scene;
mod unavailable;
