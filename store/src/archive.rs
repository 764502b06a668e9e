//! Chats that have ended, for reading.

use broker_config::{AssetId, ChatId, ContactId, CustomerId};
use sqlx::PgExecutor;

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

/// Chats that have ended and pass `filter`, the last one first. `before` is the `closed_seq` of the last chat of the
/// page before.
///
/// # Errors
/// When the database fails.
pub async fn page(
    db: impl PgExecutor<'_>,
    filter: &ArchiveFilter,
    before: Option<i64>,
    limit: i64,
) -> sqlx::Result<Vec<ArchivedChat>> {
    sqlx::query_as!(
        ArchivedChat,
        r#"select c.chat_id as "chat_id: ChatId",
                  c.closed_seq as "closed_seq!"
           from chats c
           join assets a on a.asset_id = c.asset_id
           where c.opened_seq is not null
             and c.closed_seq is not null
             and ($1::uuid is null or a.customer_id = $1)
             and ($2::uuid is null or a.contact_id = $2)
             and ($3::uuid is null or c.asset_id = $3)
             and ($4::text is null
                  or strpos(lower(a.name), lower($4)) > 0
                  or exists (
                      select from customers cu
                      where cu.customer_id = a.customer_id
                        and strpos(lower(cu.name), lower($4)) > 0
                  )
                  or exists (
                      select from contacts co
                      where co.contact_id = a.contact_id
                        and strpos(lower(co.name), lower($4)) > 0
                  )
                  or exists (
                      select from messages m
                      where m.chat_id = c.chat_id
                        and strpos(lower(m.body), lower($4)) > 0
                  ))
             and ($5::bigint is null or c.closed_seq < $5)
           order by c.closed_seq desc
           limit $6"#,
        filter.customer_id.map(CustomerId::uuid),
        filter.contact_id.map(ContactId::uuid),
        filter.asset_id.map(AssetId::uuid),
        filter.search.as_deref(),
        before,
        limit,
    )
    .fetch_all(db)
    .await
}
