//! Adds what was said lately to the index by which texts are searched. What is not there yet is searched all the same, only
//! more slowly.

use serde_json::{Value, json};

use super::{Housekeeping, JobError};

/// How many messages one run indexes, about: a second's work or two, so that those who store messages are not held up.
const MESSAGES: i64 = 30_000;

pub(super) async fn run(housekeeping: &Housekeeping) -> Result<Value, JobError> {
    let indexed = store::texts::index(&housekeeping.db, MESSAGES).await?;
    Ok(json!({ "indexed": indexed }))
}
