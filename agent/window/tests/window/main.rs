//! The window as people see it and as screen readers are told, without a display and on one.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

mod behaviour;
mod conversations;
mod desktop;
mod pictures;
mod real;
