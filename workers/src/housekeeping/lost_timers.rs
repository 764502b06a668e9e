//! Sets unavailable timers that should run and do not. Each chat is given to the worker `unavailable` once more, which looks
//! at it anew, so one too many does no harm.

use broker_config::TimerKind;
use serde_json::{Value, json};
use store::upkeep;

use super::{Housekeeping, JobError};
use crate::unavailable::Unavailable;

/// How many chats are looked at by one statement.
const CHATS: i64 = 256;

/// How many such statements one run makes, at most.
const BATCHES: usize = 100;

pub(super) async fn run(housekeeping: &Housekeeping) -> Result<Value, JobError> {
    let log = &housekeeping.log;
    let unavailable = Unavailable::new(housekeeping.db.clone(), log.clone());
    let running = log.chats_with_timer(TimerKind::Unavailable).await?;
    let (mut after, mut looked_at) = (0, 0);
    for _ in 0..BATCHES {
        let chats = upkeep::unanswered_chats(&housekeeping.db, after, CHATS).await?;
        let Some(last) = chats.last() else { break };
        after = last.last_seq;
        // As the log has them now, which may not reach back as far as the database.
        let without = chats.iter().filter(|chat| !running.contains(&chat.chat_id));
        let without: Vec<_> = without.map(|chat| (chat.asset_id, chat.chat_id, 0)).collect();
        looked_at += without.len();
        if !without.is_empty() {
            unavailable.look_at(without).await?;
        }
    }
    let now_running = log.chats_with_timer(TimerKind::Unavailable).await?;
    Ok(json!({ "looked_at": looked_at, "set": now_running.difference(&running).count() }))
}
