//! The list of open chats: which of them, in which order, and how many.

use broker_config::ChatId;
use sqlx::PgExecutor;

use super::Viewer;
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
