//! Notices: that a rule fired for a technician, once for each unread chat; and that it was read.

mod fire;

use broker_config::{AssetId, ChatId, ContactId, CustomerId, Line, Notice, NoticeId, NotificationRule, TechnicianId};
use chrono::{DateTime, Utc};
use sqlx::types::Uuid;
use sqlx::{PgConnection, PgExecutor};

pub use fire::{Fired, Firing, fire};

use crate::chats::Viewer;

/// The advisory lock of all that is decided about one chat's notices; the second number is the chat's.
const CHAT_LOCK: i32 = 0x6e6f_7469;

/// How many notices that were read are told of again at most.
const READ_TOLD_AGAIN: i64 = 50;

/// How far a technician has read a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadMark {
    /// Who.
    pub technician_id: TechnicianId,
    /// The sequence up to which they have read.
    pub upto: i64,
    /// The sequence of the last fact that says so.
    pub seq: i64,
}

/// A notice in a technician's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeRow {
    /// Which.
    pub notice_id: NoticeId,
    /// The chat that it is about.
    pub chat_id: ChatId,
    /// The rule that fired.
    pub rule: NotificationRule,
    /// When.
    pub at: DateTime<Utc>,
    /// When it was read.
    pub read_at: Option<DateTime<Utc>>,
    /// The device.
    pub asset_id: Option<AssetId>,
    /// Its name.
    pub asset_name: Option<Line>,
    /// The business that has it.
    pub customer_id: Option<CustomerId>,
    /// That business's name.
    pub customer_name: Option<Line>,
    /// The person who uses it.
    pub contact_id: Option<ContactId>,
    /// That person's name.
    pub contact_name: Option<Line>,
}

/// Makes everybody else who decides about a chat's notices wait for the end of this transaction. Whoever reads the chat after
/// this decides after all who came before, so that nothing is decided by what was read earlier and written later.
///
/// # Errors
/// When the database fails.
pub async fn lock_chat(db: impl PgExecutor<'_>, chat_id: ChatId) -> sqlx::Result<()> {
    sqlx::query!("select pg_advisory_xact_lock($1, hashtext($2))", CHAT_LOCK, chat_id.to_string()).execute(db).await?;
    Ok(())
}

/// Marks the notices of a chat as read: those about messages by who has read so far, others by who has read since they
/// were made, and all of them once the chat is closed. Withdraws what has not been sent of them.
///
/// # Errors
/// When the database fails.
pub async fn settle(db: &mut PgConnection, chat_id: ChatId, marks: &[ReadMark], is_closed: bool) -> sqlx::Result<()> {
    let technician_ids: Vec<_> = marks.iter().map(|mark| mark.technician_id.uuid()).collect();
    let uptos: Vec<_> = marks.iter().map(|mark| mark.upto).collect();
    let seqs: Vec<_> = marks.iter().map(|mark| mark.seq).collect();
    let of_messages = NotificationRule::OF_MESSAGES.map(|rule| rule.name().to_owned());
    sqlx::query!(
        "update notices
         set read_at = now()
         where chat_id = $1
           and read_at is null
           and ($2 or exists (
               select
               from unnest($3::uuid[], $4::bigint[], $5::bigint[]) as mark (technician_id, upto, seq)
               where mark.technician_id = notices.technician_id
                 and case when notices.rule = any($6) then notices.seq <= mark.upto else notices.decided_seq < mark.seq end
           ))",
        chat_id.uuid(),
        is_closed,
        &technician_ids,
        &uptos,
        &seqs,
        &of_messages,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update deliveries
         set state = 'withdrawn',
             ended_at = now()
         from notices
         where notices.notice_id = deliveries.notice_id
           and notices.chat_id = $1
           and notices.read_at is not null
           and deliveries.state = 'pending'",
        chat_id.uuid(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The unread notices of a chat that were decided at `seq` of the log or later, or are about a fact there.
///
/// # Errors
/// When the database fails.
pub async fn unread_since(
    db: impl PgExecutor<'_>,
    chat_id: ChatId,
    seq: i64,
) -> sqlx::Result<Vec<(TechnicianId, Notice)>> {
    let rows = sqlx::query!(
        r#"select technician_id as "technician_id: TechnicianId",
                  notice_id as "notice_id: NoticeId",
                  rule as "rule: NotificationRule",
                  created_at as at
           from notices
           where chat_id = $1
             and decided_seq >= $2
             and in_app
             and read_at is null
           order by notice_id"#,
        chat_id.uuid(),
        seq,
    )
    .fetch_all(db)
    .await?;
    let notices = rows
        .into_iter()
        .map(|row| (row.technician_id, Notice { notice_id: row.notice_id, chat_id, rule: row.rule, at: row.at }));
    Ok(notices.collect())
}

/// The notices of a chat that were read last, of these technicians or of all; a few more than needed, because who was
/// killed before telling of them does not know which.
///
/// # Errors
/// When the database fails.
pub async fn read_lately(
    db: impl PgExecutor<'_>,
    chat_id: ChatId,
    technician_ids: Option<&[TechnicianId]>,
) -> sqlx::Result<Vec<(TechnicianId, NoticeId)>> {
    let technician_ids: Option<Vec<Uuid>> = technician_ids.map(|ids| ids.iter().map(|id| id.uuid()).collect());
    let rows = sqlx::query!(
        r#"select technician_id as "technician_id: TechnicianId",
                  notice_id as "notice_id: NoticeId"
           from notices
           where chat_id = $1
             and ($2::uuid[] is null or technician_id = any($2))
             and in_app
             and read_at is not null
           order by notice_id desc
           limit $3"#,
        chat_id.uuid(),
        technician_ids.as_deref(),
        READ_TOLD_AGAIN,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.technician_id, row.notice_id)).collect())
}

/// A technician's notices about chats that they see, newest first. `before` is the last one of the page before.
///
/// # Errors
/// When the database fails.
pub async fn page(
    db: impl PgExecutor<'_>,
    viewer: Viewer,
    unread_only: bool,
    before: Option<NoticeId>,
    limit: i64,
) -> sqlx::Result<Vec<NoticeRow>> {
    sqlx::query_as!(
        NoticeRow,
        r#"select n.notice_id as "notice_id: NoticeId",
                  n.chat_id as "chat_id: ChatId",
                  n.rule as "rule: NotificationRule",
                  n.created_at as at,
                  n.read_at,
                  a.asset_id as "asset_id?: AssetId",
                  a.name as "asset_name?: Line",
                  cu.customer_id as "customer_id?: CustomerId",
                  cu.name as "customer_name?: Line",
                  co.contact_id as "contact_id?: ContactId",
                  co.name as "contact_name?: Line"
           from notices n
           left join chats c on c.chat_id = n.chat_id
           left join assets a on a.asset_id = c.asset_id
           left join customers cu on cu.customer_id = a.customer_id
           left join contacts co on co.contact_id = a.contact_id
           where n.technician_id = $1
             and n.in_app
             and (not $2 or n.read_at is null)
             and ($3::uuid is null or n.notice_id < $3)
             and ($5 or c.assigned_to is null or c.assigned_to = $1)
           order by n.notice_id desc
           limit $4"#,
        viewer.technician_id.uuid(),
        unread_only,
        before.map(NoticeId::uuid),
        limit,
        viewer.sees_all,
    )
    .fetch_all(db)
    .await
}

/// How many notices about chats that they see a technician has not read.
///
/// # Errors
/// When the database fails.
pub async fn unread_count(db: impl PgExecutor<'_>, viewer: Viewer) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!"
           from notices n
           left join chats c on c.chat_id = n.chat_id
           where n.technician_id = $1
             and n.in_app
             and n.read_at is null
             and ($2 or c.assigned_to is null or c.assigned_to = $1)"#,
        viewer.technician_id.uuid(),
        viewer.sees_all,
    )
    .fetch_one(db)
    .await
}

/// Marks these notices of a technician as read, or all of them, and withdraws what has not been sent of them. Which were not
/// read before.
///
/// # Errors
/// When the database fails.
pub async fn mark_read(
    db: impl PgExecutor<'_>,
    technician_id: TechnicianId,
    notice_ids: Option<&[NoticeId]>,
) -> sqlx::Result<Vec<NoticeId>> {
    let notice_ids: Option<Vec<Uuid>> = notice_ids.map(|ids| ids.iter().map(|id| id.uuid()).collect());
    sqlx::query_scalar!(
        r#"with marked as (
               update notices
               set read_at = now()
               where technician_id = $1
                 and ($2::uuid[] is null or notice_id = any($2))
                 and in_app
                 and read_at is null
               returning notice_id
           ),
           withdrawn as (
               update deliveries
               set state = 'withdrawn',
                   ended_at = now()
               from marked
               where deliveries.notice_id = marked.notice_id
                 and deliveries.state = 'pending'
           )
           select notice_id as "notice_id!: NoticeId"
           from marked
           order by notice_id"#,
        technician_id.uuid(),
        notice_ids.as_deref(),
    )
    .fetch_all(db)
    .await
}
