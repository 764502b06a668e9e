//! The rules, each on a real broker and a real database.

mod assignment;
mod killed;
mod scene;
mod unavailable;
