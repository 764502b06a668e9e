//! Chats, for reading. Workers alone write them.

pub(crate) mod contents;
mod list;

use broker_config::{AssetId, Assignee, Author, ChatId, ContactId, CustomerId, Line, MessageId, TechnicianId};
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use sqlx::types::Json;

pub use list::{ChatCounts, ChatFilter, counts, page};

/// Who looks at chats. What they may not see is not there for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Viewer {
    /// Who.
    pub technician_id: TechnicianId,
    /// Whether they see every chat, and not only their own and those that nobody has.
    pub sees_all: bool,
}

impl Viewer {
    /// Whether they see a chat that this technician has.
    #[must_use]
    pub fn sees(self, assigned_to: Option<TechnicianId>) -> bool {
        self.sees_all || assigned_to.is_none_or(|technician_id| technician_id == self.technician_id)
    }
}

/// A chat as one technician sees it in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatRow {
    /// Which.
    pub chat_id: ChatId,
    /// The device.
    pub asset_id: AssetId,
    /// Its name.
    pub asset_name: Line,
    /// The business that has it.
    pub customer_id: CustomerId,
    /// That business's name.
    pub customer_name: Line,
    /// The person who uses it.
    pub contact_id: Option<ContactId>,
    /// That person's name.
    pub contact_name: Option<Line>,
    /// When it began.
    pub opened_at: DateTime<Utc>,
    /// Who began it.
    pub opened_by: Json<Author>,
    /// When it ended.
    pub closed_at: Option<DateTime<Utc>>,
    /// Who has it.
    pub assigned_to: Option<TechnicianId>,
    /// Their name at the time.
    pub assigned_name: Option<Line>,
    /// The sequence of the last assignment, 0 for none.
    pub assigned_seq: i64,
    /// When something last happened in it.
    pub last_at: DateTime<Utc>,
    /// The sequence of that.
    pub last_seq: i64,
    /// Of the last message, `client`, `technician`, `system` or `note`.
    pub message_kind: Option<String>,
    /// Who wrote that.
    pub message_author: Option<Json<Author>>,
    /// Its first 200 characters.
    pub message_text: Option<String>,
    /// Whether the client wrote after what the technician has read.
    pub unread: bool,
    /// When the client wrote the first message that no technician has answered.
    pub waiting_since: Option<DateTime<Utc>>,
    /// Whether the device is connected to the broker.
    pub is_connected: bool,
}

impl ChatRow {
    /// Who has the chat, with the name to show.
    #[must_use]
    pub fn assignee(&self) -> Option<Assignee> {
        let technician_id = self.assigned_to?;
        Some(Assignee { technician_id, name: self.assigned_name.clone()? })
    }
}

/// Where a chat is, and whether a message is in it already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChatWhereabouts {
    /// The device.
    pub asset_id: AssetId,
    /// Whether it has ended.
    pub is_closed: bool,
    /// Who has it.
    pub assigned_to: Option<TechnicianId>,
    /// The sequence of the message that was asked for.
    pub message_seq: Option<i64>,
}

/// These chats as `viewer` sees them, as far as they are there, newest activity first.
///
/// # Errors
/// When the database fails.
pub async fn rows(db: impl PgExecutor<'_>, viewer: Viewer, chat_ids: &[ChatId]) -> sqlx::Result<Vec<ChatRow>> {
    let chat_ids: Vec<_> = chat_ids.iter().map(|chat_id| chat_id.uuid()).collect();
    sqlx::query_as!(
        ChatRow,
        r#"select c.chat_id as "chat_id: ChatId",
                  a.asset_id as "asset_id: AssetId",
                  a.name as "asset_name: Line",
                  cu.customer_id as "customer_id: CustomerId",
                  cu.name as "customer_name: Line",
                  co.contact_id as "contact_id?: ContactId",
                  co.name as "contact_name?: Line",
                  c.opened_at as "opened_at!",
                  c.opened_by as "opened_by!: Json<Author>",
                  c.closed_at,
                  c.assigned_to as "assigned_to: TechnicianId",
                  c.assigned_name as "assigned_name: Line",
                  coalesce(c.assigned_seq, 0) as "assigned_seq!",
                  coalesce(c.last_at, c.opened_at) as "last_at!",
                  c.last_seq,
                  last.kind as "message_kind?",
                  last.author as "message_author?: Json<Author>",
                  last.text as "message_text?",
                  c.last_client_seq > coalesce(r.upto, 0) as "unread!",
                  waiting.since as "waiting_since?",
                  exists (
                      select from device_connections d
                      where d.asset_id = c.asset_id
                        and d.is_open
                  ) as "is_connected!"
           from chats c
           join assets a on a.asset_id = c.asset_id
           join customers cu on cu.customer_id = a.customer_id
           left join contacts co on co.contact_id = a.contact_id
           left join reads r on r.chat_id = c.chat_id and r.technician_id = $1
           left join lateral (
               select m.kind, m.author, left(m.body, 200) as text
               from messages m
               where m.chat_id = c.chat_id
               order by m.seq desc
               limit 1
           ) last on true
           left join lateral (
               select m.at as since
               from messages m
               where m.chat_id = c.chat_id
                 and c.closed_seq is null
                 and m.seq > c.last_technician_seq
                 and m.kind = 'client'
               order by m.seq
               limit 1
           ) waiting on true
           where c.chat_id = any($2)
             and c.opened_seq is not null
             and c.erased_at is null
             and ($3 or c.assigned_to is null or c.assigned_to = $1)
           order by c.last_seq desc"#,
        viewer.technician_id.uuid(),
        &chat_ids,
        viewer.sees_all,
    )
    .fetch_all(db)
    .await
}

/// Where a chat is, and where in it the message `message_id` is.
///
/// # Errors
/// When the database fails.
pub async fn whereabouts(
    db: impl PgExecutor<'_>,
    chat_id: ChatId,
    message_id: Option<MessageId>,
) -> sqlx::Result<Option<ChatWhereabouts>> {
    sqlx::query_as!(
        ChatWhereabouts,
        r#"select c.asset_id as "asset_id: AssetId",
                  c.closed_seq is not null as "is_closed!",
                  c.assigned_to as "assigned_to: TechnicianId",
                  m.seq as "message_seq?"
           from chats c
           left join messages m on m.chat_id = c.chat_id and m.message_id = $2
           where c.chat_id = $1"#,
        chat_id.uuid(),
        message_id.map(MessageId::uuid),
    )
    .fetch_optional(db)
    .await
}

/// How far a chat was read, as sequences; 0 for not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadUptos {
    /// By the client.
    pub client: i64,
    /// By the technician who asks.
    pub technician: i64,
}

/// How far a chat was read.
///
/// # Errors
/// When the database fails.
pub async fn read_uptos(
    db: impl PgExecutor<'_>,
    chat_id: ChatId,
    technician_id: TechnicianId,
) -> sqlx::Result<Option<ReadUptos>> {
    sqlx::query_as!(
        ReadUptos,
        r#"select c.client_read_upto as client,
                  coalesce(r.upto, 0) as "technician!"
           from chats c
           left join reads r on r.chat_id = c.chat_id and r.technician_id = $2
           where c.chat_id = $1"#,
        chat_id.uuid(),
        technician_id.uuid(),
    )
    .fetch_optional(db)
    .await
}

#[cfg(test)]
mod tests;
