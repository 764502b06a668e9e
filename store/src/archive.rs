//! Chats that have ended, for reading.

use broker_config::{AssetId, ChatId, ContactId, CustomerId};
use sqlx::PgExecutor;

use crate::chats::Viewer;
use crate::texts::{MANY, TextPart};

/// Which of the chats that have ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArchiveFilter {
    /// Only those of this customer's assets.
    pub customer_id: Option<CustomerId>,
    /// Only those of assets that this person uses now.
    pub contact_id: Option<ContactId>,
    /// Only those of this asset.
    pub asset_id: Option<AssetId>,
    /// Only those with this in the name of the customer, contact or asset, or in a message; in any case.
    pub search: Option<String>,
}

/// A chat that has ended, and its place in the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchivedChat {
    /// Which.
    pub chat_id: ChatId,
    /// The sequence of its end.
    pub closed_seq: i64,
}

/// Chats that have ended, pass `filter` and are seen by `viewer`, the last one first. `before` is the `closed_seq` of the last chat of the
/// page before.
///
/// # Errors
/// When the database fails.
pub async fn page(
    db: impl PgExecutor<'_>,
    viewer: Viewer,
    filter: &ArchiveFilter,
    before: Option<i64>,
    limit: i64,
) -> sqlx::Result<Vec<ArchivedChat>> {
    let text = filter.search.as_deref().map(TextPart::new);
    sqlx::query_as!(
        ArchivedChat,
        r#"with named as materialized (
               select a.asset_id
               from assets a
               where lower(a.name) like lower($4)
                  or a.customer_id in (select cu.customer_id from customers cu where lower(cu.name) like lower($4))
                  or a.contact_id in (select co.contact_id from contacts co where lower(co.name) like lower($4))
           ), found as materialized (
               select chat_id
               from message_texts
               where $7 and body like lower($4)
               limit $8
           ), unindexed as materialized (
               select m.chat_id
               from texts_to_index
               cross join lateral unnest(chat_ids, message_ids) as each (chat_id, message_id)
               join messages m using (chat_id, message_id)
               where lower(m.body) like lower($4)
           )
           select c.chat_id as "chat_id: ChatId",
                  c.closed_seq as "closed_seq!"
           from chats c
           join assets a on a.asset_id = c.asset_id
           where c.opened_seq is not null
             and c.closed_seq is not null
             and c.erased_at is null
             and ($1::uuid is null or a.customer_id = $1)
             and ($2::uuid is null or a.contact_id = $2)
             and ($3::uuid is null or c.asset_id = $3)
             and ($4::text is null
                  or c.asset_id in (select asset_id from named)
                  or c.chat_id in (select chat_id from found)
                  or c.chat_id in (select chat_id from unindexed)
                  or (not $7 or (select count(*) from found) = $8)
                      and exists (
                          select from message_texts t
                          where t.chat_id = c.chat_id
                            and strpos(t.body, lower($9)) > 0
                          offset 0
                      ))
             and ($5::bigint is null or c.closed_seq < $5)
             and ($10 or c.assigned_to is null or c.assigned_to = $11)
           order by c.closed_seq desc
           limit $6"#,
        filter.customer_id.map(CustomerId::uuid),
        filter.contact_id.map(ContactId::uuid),
        filter.asset_id.map(AssetId::uuid),
        text.as_ref().map(|text| &*text.like),
        before,
        limit,
        text.as_ref().is_some_and(|text| text.is_indexed),
        MANY,
        text.as_ref().map(|text| text.part),
        viewer.sees_all,
        viewer.technician_id.uuid(),
    )
    .fetch_all(db)
    .await
}
