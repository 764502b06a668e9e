//! What technicians were told long ago, and the bookkeeping by which they were told once.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// How much was forgotten of what technicians were told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticesForgotten {
    /// Notices.
    pub notices: i64,
    /// Their deliveries.
    pub deliveries: i64,
}

/// How much was forgotten of the bookkeeping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookkeepingForgotten {
    /// Claims of rules.
    pub claims: i64,
    /// Pings.
    pub pings: i64,
}

/// Deletes notices that were read before `before`, with their deliveries, the oldest first, at most `limit`. One stays
/// while a delivery of it is pending, and while the client of its chat waits for an answer: it may be the only sign that
/// somebody was told of that.
///
/// # Errors
/// When the database fails.
pub async fn forget_notices(
    db: impl PgExecutor<'_>,
    before: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<NoticesForgotten> {
    sqlx::query_as!(
        NoticesForgotten,
        r#"with old as materialized (
               select n.notice_id
               from notices n
               where n.read_at < $1
                 and not exists (
                     select
                     from deliveries d
                     where d.notice_id = n.notice_id
                       and d.state = 'pending'
                 )
                 and not exists (
                     select
                     from chats c
                     where c.chat_id = n.chat_id
                       and c.closed_seq is null
                       and c.last_client_seq > c.last_technician_seq
                 )
               order by n.read_at
               limit $2
           ),
           gone_deliveries as (
               delete from deliveries
               using old
               where deliveries.notice_id = old.notice_id
               returning 1
           ),
           gone_notices as (
               delete from notices
               using old
               where notices.notice_id = old.notice_id
               returning 1
           )
           select (select count(*) from gone_notices) as "notices!",
                  (select count(*) from gone_deliveries) as "deliveries!""#,
        before,
        limit,
    )
    .fetch_one(db)
    .await
}

/// Deletes deliveries without a notice, which were tests of a webhook or links for another password, and ended before `before`, at most `limit`. How many.
///
/// # Errors
/// When the database fails.
pub async fn forget_tests(db: impl PgExecutor<'_>, before: DateTime<Utc>, limit: i64) -> sqlx::Result<i64> {
    let forgotten = sqlx::query!(
        "delete from deliveries
         where delivery_id in (
             select delivery_id
             from deliveries
             where notice_id is null
               and ended_at < $1
             limit $2
         )",
        before,
        limit,
    )
    .execute(db)
    .await?;
    Ok(i64::try_from(forgotten.rows_affected()).unwrap_or(i64::MAX))
}

/// Deletes claims and pings of chats that ended before `before`, of at most `limit` chats. In a chat that is over no rule
/// fires and no sound is due; in an open one each row keeps somebody from being told twice.
///
/// # Errors
/// When the database fails.
pub async fn forget_bookkeeping(
    db: impl PgExecutor<'_>,
    before: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<BookkeepingForgotten> {
    sqlx::query_as!(
        BookkeepingForgotten,
        r#"with over as materialized (
               select c.chat_id
               from chats c
               where c.closed_at < $1
                 and (
                     exists (select from notification_claims claim where claim.chat_id = c.chat_id)
                     or exists (select from pings where pings.chat_id = c.chat_id)
                 )
               limit $2
           ),
           gone_claims as (
               delete from notification_claims
               using over
               where notification_claims.chat_id = over.chat_id
               returning 1
           ),
           gone_pings as (
               delete from pings
               using over
               where pings.chat_id = over.chat_id
               returning 1
           )
           select (select count(*) from gone_claims) as "claims!",
                  (select count(*) from gone_pings) as "pings!""#,
        before,
        limit,
    )
    .fetch_one(db)
    .await
}
