//! What housekeeping looks for: chats that are over, and chats that should not be.

mod told;

use std::time::Duration;

use broker_config::{AssetId, ChatId};
use sqlx::{PgExecutor, PgPool};

use crate::chats::contents;

pub use told::{BookkeepingForgotten, NoticesForgotten, forget_bookkeeping, forget_notices, forget_tests};

/// A chat, and where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChatOfAsset {
    /// The device.
    pub asset_id: AssetId,
    /// The chat.
    pub chat_id: ChatId,
    /// The sequence of the last thing that was said in it, or of its beginning.
    pub last_seq: i64,
}

/// Open chats in which nothing was said for so long, by the database's clock, the longest silence first: those whose
/// client waits for an answer, or the others.
///
/// # Errors
/// When the database fails.
pub async fn idle_chats(
    db: impl PgExecutor<'_>,
    idle: Duration,
    waiting: bool,
    limit: i64,
) -> sqlx::Result<Vec<ChatOfAsset>> {
    sqlx::query_as!(
        ChatOfAsset,
        r#"select asset_id as "asset_id: AssetId",
                  chat_id as "chat_id: ChatId",
                  last_seq
           from chats
           where opened_seq is not null
             and closed_seq is null
             and last_at < now() - make_interval(secs => $1)
             and (last_client_seq > last_technician_seq) = $2
           order by last_seq
           limit $3"#,
        idle.as_secs_f64(),
        waiting,
        limit,
    )
    .fetch_all(db)
    .await
}

/// Chats that ended longer ago than they are kept, by the database's clock, and what came so long ago for a chat that was forgotten; oldest
/// first. They are kept for as long as their customer says, else for `usual`, else for ever.
///
/// # Errors
/// When the database fails.
pub async fn archived_chats(
    db: impl PgExecutor<'_>,
    usual: Option<Duration>,
    limit: i64,
) -> sqlx::Result<Vec<ChatOfAsset>> {
    sqlx::query_as!(
        ChatOfAsset,
        r#"select c.asset_id as "asset_id: AssetId",
                  c.chat_id as "chat_id: ChatId",
                  c.last_seq
           from chats c
           join assets a on a.asset_id = c.asset_id
           join customers cu on cu.customer_id = a.customer_id
           where (c.closed_seq is not null or c.opened_seq is null)
             and c.erased_at is null
             and coalesce(cu.retention_months, 1) > 0
             and coalesce(c.closed_at, c.last_at, c.client_read_at, c.assigned_at) < now() - coalesce(
                 make_interval(months => cu.retention_months),
                 make_interval(secs => $1)
             )
           order by coalesce(c.closed_at, c.last_at, c.client_read_at, c.assigned_at)
           limit $2"#,
        usual.map(|usual| usual.as_secs_f64()),
        limit,
    )
    .fetch_all(db)
    .await
}

/// Open chats of assets whose chats did not begin and end one after the other, in the order in which they began: the
/// asset has another open chat, or one that ended after this one began.
///
/// # Errors
/// When the database fails.
pub async fn overlapping_chats(db: impl PgExecutor<'_>, limit: i64) -> sqlx::Result<Vec<ChatOfAsset>> {
    sqlx::query_as!(
        ChatOfAsset,
        r#"select c.asset_id as "asset_id: AssetId",
                  c.chat_id as "chat_id: ChatId",
                  c.last_seq
           from chats c
           where c.opened_seq is not null
             and c.closed_seq is null
             and exists (
                 select from chats other
                 where other.asset_id = c.asset_id
                   and other.chat_id <> c.chat_id
                   and other.opened_seq is not null
                   and (other.closed_seq is null or other.closed_seq > c.opened_seq)
             )
           order by c.asset_id, c.opened_seq
           limit $1"#,
        limit,
    )
    .fetch_all(db)
    .await
}

/// Open chats whose client waits for an answer and has heard nothing from Trayline itself since: those with a `last_seq`
/// after `after`, in that order.
///
/// # Errors
/// When the database fails.
pub async fn unanswered_chats(db: impl PgExecutor<'_>, after: i64, limit: i64) -> sqlx::Result<Vec<ChatOfAsset>> {
    sqlx::query_as!(
        ChatOfAsset,
        r#"select c.asset_id as "asset_id: AssetId",
                  c.chat_id as "chat_id: ChatId",
                  c.last_seq
           from chats c
           where c.opened_seq is not null
             and c.closed_seq is null
             and c.last_client_seq > c.last_technician_seq
             and c.last_seq > $1
             and not exists (
                 select from messages m
                 where m.chat_id = c.chat_id
                   and m.seq > c.last_technician_seq
                   and m.kind = 'system'
             )
           order by c.last_seq
           limit $2"#,
        after,
        limit,
    )
    .fetch_all(db)
    .await
}

/// Deletes chats and everything about them. Their tickets stay, without them.
///
/// # Errors
/// When the database fails.
pub async fn forget_chats(db: &PgPool, chat_ids: &[ChatId]) -> sqlx::Result<u64> {
    let chat_ids: Vec<_> = chat_ids.iter().map(|chat_id| chat_id.uuid()).collect();
    let mut transaction = db.begin().await?;
    // Whoever projects facts locks the row before writing any: what it was about to write is there to be deleted then.
    sqlx::query!("select from chats where chat_id = any($1) order by chat_id for update", &chat_ids)
        .execute(&mut *transaction)
        .await?;
    contents::delete(&mut transaction, &chat_ids).await?;
    let forgotten =
        sqlx::query!("delete from chats where chat_id = any($1)", &chat_ids).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(forgotten.rows_affected())
}
