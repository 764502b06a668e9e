//! Chats, for reading. Workers alone write them.

use broker_config::{AssetId, Assignee, Author, ChatId, ContactId, CustomerId, Line, MessageId, TechnicianId};
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use sqlx::types::Json;

use crate::texts::{MANY, TextPart};

/// Which of the open chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChatFilter {
    /// Every one.
    #[default]
    All,
    /// Those that the technician has.
    Mine,
    /// Those that the technician has and has not read.
    MineUnread,
    /// Those that nobody has.
    Unassigned,
}

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

/// How many open chats there are, by filter, for one technician.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChatCounts {
    /// Every one.
    pub all: i64,
    /// Those that the technician has.
    pub mine: i64,
    /// Those that the technician has and has not read.
    pub mine_unread: i64,
    /// Those that nobody has.
    pub unassigned: i64,
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

/// Open chats, newest activity first: those that pass `filter` and have `search` in the name of the customer, contact or
/// asset, or in a message. `before` is the `last_seq` of the last chat of the page before.
///
/// # Errors
/// When the database fails.
pub async fn page(
    db: impl PgExecutor<'_>,
    viewer: Viewer,
    filter: ChatFilter,
    search: Option<&str>,
    before: Option<i64>,
    limit: i64,
) -> sqlx::Result<Vec<ChatId>> {
    let text = search.map(TextPart::new);
    sqlx::query_scalar!(
        r#"with named as materialized (
               select a.asset_id
               from assets a
               where lower(a.name) like lower($5)
                  or a.customer_id in (select cu.customer_id from customers cu where lower(cu.name) like lower($5))
                  or a.contact_id in (select co.contact_id from contacts co where lower(co.name) like lower($5))
           ), found as materialized (
               select chat_id
               from message_texts
               where $8 and body like lower($5)
               limit $9
           ), unindexed as materialized (
               select m.chat_id
               from texts_to_index
               cross join lateral unnest(chat_ids, message_ids) as each (chat_id, message_id)
               join messages m using (chat_id, message_id)
               where lower(m.body) like lower($5)
           )
           select c.chat_id as "chat_id: ChatId"
           from chats c
           where c.opened_seq is not null
             and c.closed_seq is null
             and (not $2 or c.assigned_to = $1)
             and (not $3 or c.last_client_seq > coalesce(
                 (select r.upto from reads r where r.chat_id = c.chat_id and r.technician_id = $1), 0))
             and (not $4 or c.assigned_to is null)
             and ($5::text is null
                  or c.asset_id in (select asset_id from named)
                  or c.chat_id in (select chat_id from found)
                  or c.chat_id in (select chat_id from unindexed)
                  or (not $8 or (select count(*) from found) = $9)
                      and exists (
                          select from message_texts t
                          where t.chat_id = c.chat_id
                            and strpos(t.body, lower($10)) > 0
                          offset 0
                      ))
             and ($6::bigint is null or c.last_span <= $6 >> 16 and c.last_seq < $6)
             and ($11 or c.assigned_to is null or c.assigned_to = $1)
           order by c.last_span desc, c.last_seq desc
           limit $7"#,
        viewer.technician_id.uuid(),
        matches!(filter, ChatFilter::Mine | ChatFilter::MineUnread),
        filter == ChatFilter::MineUnread,
        filter == ChatFilter::Unassigned,
        text.as_ref().map(|text| &*text.like),
        before,
        limit,
        text.as_ref().is_some_and(|text| text.is_indexed),
        MANY,
        text.as_ref().map(|text| text.part),
        viewer.sees_all,
    )
    .fetch_all(db)
    .await
}

/// How many open chats there are, by filter, for one technician.
///
/// # Errors
/// When the database fails.
pub async fn counts(db: impl PgExecutor<'_>, viewer: Viewer) -> sqlx::Result<ChatCounts> {
    sqlx::query_as!(
        ChatCounts,
        r#"select count(*) as "all!",
                  count(*) filter (where c.assigned_to = $1) as "mine!",
                  count(*) filter (where c.assigned_to = $1 and c.last_client_seq > coalesce(r.upto, 0)) as "mine_unread!",
                  count(*) filter (where c.assigned_to is null) as "unassigned!"
           from chats c
           left join reads r on r.chat_id = c.chat_id and r.technician_id = $1
           where c.opened_seq is not null
             and c.closed_seq is null
             and ($2 or c.assigned_to is null or c.assigned_to = $1)"#,
        viewer.technician_id.uuid(),
        viewer.sees_all,
    )
    .fetch_one(db)
    .await
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
