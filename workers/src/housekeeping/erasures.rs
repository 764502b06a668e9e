//! Erases what was asked to be erased, and what comes afterwards for chats that were: a device that was away sends what it has in its
//! outbox.
//!
//! Of each chat the database lets go first. From then on whoever projects facts writes nothing of it, and the row says that the log is
//! due to be purged; so a run that is killed between any two steps is made up for by the next one.

use broker_config::{AppendError, Author, ChatSubject, Closed, Fact, Leaf};
use serde_json::{Value, json};
use store::audit::{Actor, Deed};
use store::erasures::{self, ChatToErase, Unfinished};

use super::{Housekeeping, JobError};

/// How many erasures one run works on, at most.
const ERASURES: i64 = 10;

/// How many chats, and how many names of each kind, are erased by one transaction.
const ROWS: i64 = 100;

/// How many such transactions one run makes for one erasure, at most.
const BATCHES: usize = 50;

/// How much one run has done.
#[derive(Default)]
struct Done {
    chats: u64,
    names: u64,
    purged: u64,
    finished: u64,
}

pub(super) async fn run(housekeeping: &Housekeeping) -> Result<Value, JobError> {
    let mut done = Done::default();
    let unfinished = erasures::unfinished(&housekeeping.db, ERASURES).await?;
    let mut emptied = Vec::new();
    for erasure in &unfinished {
        // Asked first: what is projected after that would not be among the chats.
        let is_projected = is_projected(housekeeping, erasure).await?;
        let are_chats_gone = erase_chats(housekeeping, erasure, &mut done).await?;
        if erase_names(housekeeping, erasure, &mut done).await? && are_chats_gone && is_projected {
            emptied.push(erasure);
        }
    }
    if purge(housekeeping, &mut done).await? {
        for erasure in emptied {
            finish(housekeeping, erasure, &mut done).await?;
        }
    }
    Ok(json!({ "chats": done.chats, "names": done.names, "purged": done.purged, "finished": done.finished }))
}

/// Erases chats of the database. Whether none is left that it knows of.
async fn erase_chats(housekeeping: &Housekeeping, erasure: &Unfinished, done: &mut Done) -> Result<bool, JobError> {
    let (mut after, mut are_left_alone) = (None, false);
    for _ in 0..BATCHES {
        let chats = erasures::chats_left(&housekeeping.db, erasure, after, ROWS).await?;
        let Some(last) = chats.last() else { return Ok(!are_left_alone) };
        after = Some(last.chat_id);
        let mut ended = Vec::with_capacity(chats.len());
        for chat in &chats {
            if has_ended(housekeeping, chat).await? { ended.push(chat.chat_id) } else { are_left_alone = true }
        }
        let (_, last_seq) = housekeeping.log.bounds().await?;
        let mut transaction = housekeeping.db.begin().await?;
        done.chats += erasures::erase_chats(&mut transaction, erasure.erasure_id, &ended, last_seq).await?;
        transaction.commit().await?;
    }
    Ok(false)
}

/// Closes a chat that is open. Whether it has ended: somebody may have opened or closed one of the asset's chats at this moment, and
/// the next run looks again.
async fn has_ended(housekeeping: &Housekeeping, chat: &ChatToErase) -> Result<bool, JobError> {
    let log = &housekeeping.log;
    if !chat.is_open {
        return Ok(true);
    }
    let state = log.asset_state(chat.asset_id).await?;
    if state.open_chat() == Some(chat.chat_id) {
        let subject = ChatSubject::new(chat.asset_id, chat.chat_id, Leaf::Closed);
        match log.append_state(&subject, state.seq, &Fact::Closed(Closed { by: Author::System })).await {
            Ok(_) => housekeeping.note_closed(chat.chat_id, "erased").await?,
            Err(AppendError::Conflict) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
    }
    log.forget_timers(chat.chat_id).await?;
    Ok(true)
}

/// Erases names of the database. Whether none is left.
async fn erase_names(housekeeping: &Housekeeping, erasure: &Unfinished, done: &mut Done) -> Result<bool, JobError> {
    for _ in 0..BATCHES {
        let mut transaction = housekeeping.db.begin().await?;
        let names = erasures::erase_names(&mut transaction, erasure, ROWS).await?;
        transaction.commit().await?;
        if names.is_none() {
            return Ok(true);
        }
        done.names += names.contacts + names.assets + names.tickets + names.connections;
    }
    Ok(false)
}

/// Purges the log of chats that were erased. Whether of all of them.
async fn purge(housekeeping: &Housekeeping, done: &mut Done) -> Result<bool, JobError> {
    for _ in 0..BATCHES {
        let late = erasures::late_facts(&housekeeping.db, ROWS).await?;
        if late.is_empty() {
            return Ok(true);
        }
        for facts in &late {
            housekeeping.log.forget_chat(facts.asset_id, facts.chat_id).await?;
            erasures::purged(&housekeeping.db, facts).await?;
            done.purged += 1;
        }
    }
    Ok(false)
}

/// Whether the database knows every chat that had begun when the erasure was asked for. A log that ends before that was begun anew, and has
/// none of them.
async fn is_projected(housekeeping: &Housekeeping, erasure: &Unfinished) -> Result<bool, JobError> {
    let upto = erasure.upto_seq.cast_unsigned();
    let (_, last_seq) = housekeeping.log.bounds().await?;
    Ok(last_seq < upto || housekeeping.log.persisted_upto().await? >= upto)
}

/// Takes away what these devices sent and nobody understood, and notes the end. Killed in between, it is done again.
async fn finish(housekeeping: &Housekeeping, erasure: &Unfinished, done: &mut Done) -> Result<(), JobError> {
    let upto = erasure.upto_seq.cast_unsigned();
    for asset_id in &erasure.asset_ids {
        housekeeping.log.forget_asset(*asset_id, upto).await?;
    }
    let letters = housekeeping.log.forget_dead_letters(&erasure.asset_ids, upto).await?;
    let mut transaction = housekeeping.db.begin().await?;
    if let Some(chats) = erasures::finish(&mut *transaction, erasure.erasure_id).await? {
        let details = json!({ "erasure_id": erasure.erasure_id, "chats": chats, "dead_letters": letters });
        store::audit::record(&mut *transaction, &finished(erasure, details)).await?;
        done.finished += 1;
    }
    transaction.commit().await?;
    Ok(())
}

fn finished(erasure: &Unfinished, details: Value) -> Deed<'static> {
    Deed {
        action: "erasure.finished",
        actor: Actor::System,
        address: None,
        subject: Some((erasure.subject.kind(), erasure.subject.id().to_string())),
        details,
    }
}
