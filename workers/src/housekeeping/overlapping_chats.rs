//! Heals assets that have two open chats. A device that opens without compare-and-set can give its own asset two; the
//! broker names the one that counts, and the others are closed.

use broker_config::{AppendError, Author, ChatId, ChatSubject, Closed, Fact, Leaf, ReadError};
use serde_json::{Value, json};
use store::upkeep::{self, ChatOfAsset};

use super::{Housekeeping, JobError};

/// How many chats one run looks at, at most.
const CHATS: i64 = 500;

pub(super) async fn run(housekeeping: &Housekeeping) -> Result<Value, JobError> {
    let chats = upkeep::overlapping_chats(&housekeeping.db, CHATS).await?;
    let (mut closed, mut left) = (0, 0);
    for of_asset in chats.chunk_by(|one, other| one.asset_id == other.asset_id) {
        match heal(housekeeping, of_asset).await {
            Ok(count) => closed += count,
            // Somebody opened or closed a chat there meanwhile, or the device has opened one as nobody can read.
            Err(JobError::Append(AppendError::Conflict) | JobError::Read(ReadError::Malformed(_))) => left += 1,
            Err(error) => return Err(error),
        }
    }
    Ok(json!({ "closed": closed, "left": left }))
}

/// Closes all but the one that counts. That one is opened once more at the end, because the last word about an asset says
/// whether it has an open chat. Killed in between, the next run finds a chat that ended after that one began.
async fn heal(housekeeping: &Housekeeping, open: &[ChatOfAsset]) -> Result<u64, JobError> {
    let Some(newest) = open.last() else { return Ok(0) };
    let log = &housekeeping.log;
    let asset = log.asset_state(newest.asset_id).await?;
    let current = asset.open_chat().unwrap_or(newest.chat_id);
    let (mut seq, mut closed) = (asset.seq, 0);
    for surplus in open.iter().filter(|chat| chat.chat_id != current) {
        let subject = ChatSubject::new(surplus.asset_id, surplus.chat_id, Leaf::Closed);
        seq = log.append_state(&subject, seq, &Fact::Closed(Closed { by: Author::System })).await?.seq;
        housekeeping.note_closed(surplus.chat_id, "overlapping").await?;
        closed += 1;
    }
    if closed > 0 || asset.open_chat().is_none() {
        open_again(housekeeping, newest, current, seq).await?;
    }
    Ok(closed)
}

/// Opens a chat once more as it was opened, unless it has been closed. Within the time in which the broker takes that for
/// a repeat, it is left to a later run.
async fn open_again(
    housekeeping: &Housekeeping,
    ChatOfAsset { asset_id, .. }: &ChatOfAsset,
    chat_id: ChatId,
    seq: u64,
) -> Result<(), JobError> {
    let log = &housekeeping.log;
    let closed = ChatSubject::new(*asset_id, chat_id, Leaf::Closed);
    if log.last(&closed.to_string()).await?.is_some() {
        return Ok(());
    }
    let subject = ChatSubject::new(*asset_id, chat_id, Leaf::Opened);
    if let Some(opened) = log.last(&subject.to_string()).await? {
        log.append_state(&subject, seq, &opened.fact).await?;
    }
    Ok(())
}
