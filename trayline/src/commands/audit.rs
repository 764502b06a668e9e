//! Noting in the audit log what is done on the command line.

use std::fmt::Display;

use serde_json::Value;
use store::audit::{Actor, Deed};

/// What somebody with a shell here does: to which kind of thing, with which id, and what else there is to know.
pub fn done(action: &'static str, (kind, id): (&'static str, impl Display), details: Value) -> Deed<'static> {
    Deed { action, actor: Actor::CommandLine, address: None, subject: Some((kind, id.to_string())), details }
}
