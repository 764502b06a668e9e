//! Forgets archived chats after their retention, which is their customer's or the installation's, in the log first: what is gone there cannot come back from it, and a run
//! that is killed in between finds the chat in the database once more.

use std::time::Duration;

use serde_json::{Value, json};
use store::upkeep;

use super::{Housekeeping, JobError};

/// How many chats are forgotten by one statement.
const CHATS: i64 = 100;

/// How many such statements one run makes, at most.
const BATCHES: usize = 10;

pub(super) async fn run(housekeeping: &Housekeeping) -> Result<Value, JobError> {
    let usual = Duration::from_secs(u64::from(housekeeping.settings.archive_retention_days) * 86_400);
    let usual = Some(usual).filter(|usual| !usual.is_zero());
    let mut forgotten = 0;
    for _ in 0..BATCHES {
        let chats = upkeep::archived_chats(&housekeeping.db, usual, CHATS).await?;
        if chats.is_empty() {
            break;
        }
        for chat in &chats {
            housekeeping.log.forget_chat(chat.asset_id, chat.chat_id).await?;
        }
        let chat_ids: Vec<_> = chats.iter().map(|chat| chat.chat_id).collect();
        forgotten += upkeep::forget_chats(&housekeeping.db, &chat_ids).await?;
    }
    Ok(json!({ "forgotten": forgotten }))
}
