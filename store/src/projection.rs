//! What the log says, as rows: facts are folded into [`Projection`] first, so that a batch touches each row once, and
//! then applied. Folding and applying commute: any split of a log into batches, in any order and with repeats, gives the
//! same rows.

mod chats;
mod fold;
mod marks;
mod messages;
mod reads;

use std::collections::{BTreeMap, BTreeSet};

use broker_config::{AssetId, Assigned, Author, ChatId, Closed, MessageId, Opened, TechnicianId, Text, Ticketed};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

pub(crate) use fold::bigint;

/// The rows that a batch of facts touches. Maps keep them in the order of their keys, in which every transaction locks
/// them.
#[derive(Debug, Default, PartialEq)]
pub struct Projection<'a> {
    chats: BTreeMap<ChatId, Chat<'a>>,
    messages: BTreeMap<(ChatId, MessageId), Kept<Message<'a>>>,
    reads: BTreeMap<(ChatId, TechnicianId), Kept<i64>>,
}

/// The chats, by what their subjects say, whose facts were not applied.
pub type Refused = BTreeMap<(AssetId, ChatId), Refusal>;

/// What became of the chats of a batch, but for those that are as they should be.
struct Touched {
    refused: Refused,
    /// Chats that were erased.
    erased: BTreeSet<ChatId>,
}

/// Why the facts of a chat were not applied. It will not change by trying again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The subject names an asset that is not in the database.
    #[error("there is no such asset")]
    UnknownAsset,
    /// The subject names a chat that belongs to another asset.
    #[error("the chat belongs to another asset")]
    OtherAsset,
}

#[derive(Debug, PartialEq)]
struct Chat<'a> {
    asset_id: AssetId,
    /// The last of its facts, of any kind.
    upto: i64,
    opened: Kept<&'a Opened>,
    closed: Kept<&'a Closed>,
    assigned: Kept<&'a Assigned>,
    ticketed: Kept<&'a Ticketed>,
    last: Kept<()>,
    last_client_seq: i64,
    last_technician_seq: i64,
    client_read: Kept<i64>,
}

impl Chat<'_> {
    fn of(asset_id: AssetId) -> Self {
        Self {
            asset_id,
            upto: 0,
            opened: None,
            closed: None,
            assigned: None,
            ticketed: None,
            last: None,
            last_client_seq: 0,
            last_technician_seq: 0,
            client_read: None,
        }
    }
}

#[derive(Debug, PartialEq)]
struct Message<'a> {
    kind: &'static str,
    author: &'a Author,
    body: &'a Text,
    written_at: DateTime<Utc>,
}

/// The fact that counts for a column, once there is one.
type Kept<T> = Option<Stamped<T>>;

/// What a fact says, with the fact's place in the log and its time.
#[derive(Debug, PartialEq)]
struct Stamped<T> {
    seq: i64,
    at: DateTime<Utc>,
    value: T,
}

impl Projection<'_> {
    /// Writes the rows, but for those of chats that are refused, and says which these are. Of chats that were erased nothing is written
    /// but that the log has something of them again.
    ///
    /// # Errors
    /// When the database is away or refuses a row. The caller's transaction is lost then.
    pub async fn apply(mut self, db: &mut PgConnection) -> Result<Refused, sqlx::Error> {
        let Touched { refused, erased } = chats::touch(db, &self.chats).await?;
        chats::note_late(db, &self.chats, &erased).await?;
        if !refused.is_empty() || !erased.is_empty() {
            self.chats
                .retain(|chat_id, chat| !refused.contains_key(&(chat.asset_id, *chat_id)) && !erased.contains(chat_id));
            self.messages.retain(|(chat_id, _), _| self.chats.contains_key(chat_id));
            self.reads.retain(|(chat_id, _), _| self.chats.contains_key(chat_id));
        }
        marks::opened(db, &self.chats).await?;
        marks::closed(db, &self.chats).await?;
        marks::assigned(db, &self.chats).await?;
        marks::ticketed(db, &self.chats).await?;
        marks::client_read(db, &self.chats).await?;
        messages::insert(db, &self.messages).await?;
        reads::insert(db, &self.reads).await?;
        Ok(refused)
    }
}

#[cfg(test)]
mod tests;
