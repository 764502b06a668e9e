//! Closes chats in which nothing was said for long. A chat whose client waits for an answer is never closed: it is said to
//! be waiting.

use std::time::Duration;

use broker_config::{AppendError, Author, ChatSubject, Closed, Fact, Leaf, subject};
use serde_json::{Value, json};
use store::upkeep::{self, ChatOfAsset};

use super::{Housekeeping, JobError};
use crate::chat_state::ChatState;

/// How many chats one run closes, and how many it says are waiting, at most.
const CHATS: i64 = 500;

pub(super) async fn run(housekeeping: &Housekeeping) -> Result<Value, JobError> {
    let idle = Duration::from_secs(u64::from(housekeeping.settings.idle_days) * 86_400);
    let mut closed: u64 = 0;
    let mut left: u64 = 0;
    for chat in upkeep::idle_chats(&housekeeping.db, idle, false, CHATS).await? {
        if close(housekeeping, &chat).await? { closed += 1 } else { left += 1 }
    }
    let waiting = upkeep::idle_chats(&housekeeping.db, idle, true, CHATS).await?;
    if !waiting.is_empty() {
        tracing::warn!(chats = waiting.len(), "idle chats are not closed: their clients wait for an answer");
    }
    let waiting: Vec<_> = waiting.iter().map(|chat| chat.chat_id).collect();
    Ok(json!({ "closed": closed, "left": left, "waiting": waiting }))
}

/// Closes a chat unless the log has something that the database did not have: then somebody has just spoken, or it is
/// closed. It compares with everything in the chat, so nobody can speak in between either.
async fn close(housekeeping: &Housekeeping, chat: &ChatOfAsset) -> Result<bool, JobError> {
    let ChatOfAsset { asset_id, chat_id, last_seq } = *chat;
    let asset = housekeeping.log.asset_state(asset_id).await?;
    let state = ChatState::read(&housekeeping.log, asset_id, chat_id, last_seq.cast_unsigned()).await?;
    let said_seq = state.last_client_seq.max(state.last_technician_seq);
    if asset.chat_id.is_some_and(|_| asset.open_chat() != Some(chat_id))
        || state.is_closed
        || said_seq > last_seq.cast_unsigned()
    {
        return Ok(false);
    }
    let subject = ChatSubject::new(asset_id, chat_id, Leaf::Closed);
    let fact = Fact::Closed(Closed { by: Author::System });
    let everything = subject::facts_of(asset_id, chat_id);
    match housekeeping.log.append_after(&subject, &everything, state.last_seq, &fact).await {
        Ok(_) => {
            housekeeping.note_closed(chat_id, "idle").await?;
            Ok(true)
        }
        Err(AppendError::Conflict) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
