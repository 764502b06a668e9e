//! Taking what was said in chats out of the database, in batches, and knowing of which the log has something left.

use broker_config::{AssetId, ChatId, ErasureId};
use sqlx::{PgConnection, PgExecutor};

use super::Unfinished;
use crate::chats::contents;

/// A chat that is to be erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChatToErase {
    /// The device.
    pub asset_id: AssetId,
    /// The chat.
    pub chat_id: ChatId,
    /// Whether it is open, as far as the database knows.
    pub is_open: bool,
}

/// A chat that was erased, of which the log has, or may have, facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LateFacts {
    /// The device.
    pub asset_id: AssetId,
    /// The chat.
    pub chat_id: ChatId,
    /// The last of these facts that is known.
    pub upto: i64,
}

/// The chats of an erasure that are not erased yet and come after `after`, by id, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn chats_left(
    db: impl PgExecutor<'_>,
    erasure: &Unfinished,
    after: Option<ChatId>,
    limit: i64,
) -> sqlx::Result<Vec<ChatToErase>> {
    sqlx::query_as!(
        ChatToErase,
        r#"with theirs as (
               select c.chat_id
               from erasure_assets a
               join chats c on c.asset_id = a.asset_id
               where a.erasure_id = $1
               union
               select tc.chat_id
               from tickets t
               join ticket_chats tc on tc.ticket_id = t.ticket_id
               where t.contact_id = $2 or t.customer_id = $3
           )
           select c.asset_id as "asset_id: AssetId",
                  c.chat_id as "chat_id: ChatId",
                  c.opened_seq is not null and c.closed_seq is null as "is_open!"
           from theirs
           join chats c on c.chat_id = theirs.chat_id
           where c.erased_at is null
             and coalesce(c.opened_seq, c.last_seq) <= $4
             and ($5::uuid is null or c.chat_id > $5)
           order by c.chat_id
           limit $6"#,
        erasure.erasure_id.uuid(),
        erasure.subject.contact(),
        erasure.subject.customer(),
        erasure.upto_seq,
        after.map(ChatId::uuid),
        limit,
    )
    .fetch_all(db)
    .await
}

/// Deletes everything that was said, read and told in chats, and of who began and ended them what says more than whether it was
/// the client. `upto_seq` is a sequence of the log after their last facts. How many there were.
///
/// The rows of the chats are locked before anything is deleted, as whoever projects facts locks them before writing any; so what was written
/// before is deleted, and what comes later is not written.
///
/// # Errors
/// When the database fails. The caller's transaction is lost then.
pub async fn erase_chats(
    db: &mut PgConnection,
    erasure_id: ErasureId,
    chat_ids: &[ChatId],
    upto_seq: u64,
) -> sqlx::Result<u64> {
    let chat_ids: Vec<_> = chat_ids.iter().map(|chat_id| chat_id.uuid()).collect();
    let upto_seq = crate::projection::bigint(upto_seq);
    let erased = sqlx::query!(
        r#"with locked as (
               select chat_id
               from chats
               where chat_id = any($1)
                 and erased_at is null
               order by chat_id
               for update
           )
           update chats
           set erased_at = now(),
               erased_upto = greatest($2, chats.last_seq),
               closed_seq = coalesce(closed_seq, $2),
               closed_at = coalesce(closed_at, now()),
               closed_by = case
                   when closed_by is null then '{"type": "system"}'
                   when closed_by ->> 'type' = 'client' then '{"type": "client"}'
                   else closed_by
               end,
               opened_by = case when opened_by ->> 'type' = 'client' then '{"type": "client"}' else opened_by end
           from locked
           where chats.chat_id = locked.chat_id"#,
        &chat_ids,
        upto_seq,
    )
    .execute(&mut *db)
    .await?
    .rows_affected();
    contents::delete(&mut *db, &chat_ids).await?;
    sqlx::query!(
        "update erasures
         set chats = chats + $2
         where erasure_id = $1",
        erasure_id.uuid(),
        i64::try_from(erased).unwrap_or(i64::MAX),
    )
    .execute(db)
    .await?;
    Ok(erased)
}

/// Chats that were erased and of which the log has not been purged up to the last fact that is known, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn late_facts(db: impl PgExecutor<'_>, limit: i64) -> sqlx::Result<Vec<LateFacts>> {
    sqlx::query_as!(
        LateFacts,
        r#"select asset_id as "asset_id: AssetId",
                  chat_id as "chat_id: ChatId",
                  erased_upto as "upto!"
           from chats
           where erased_at is not null
             and purged_upto is distinct from erased_upto
           order by chat_id
           limit $1"#,
        limit,
    )
    .fetch_all(db)
    .await
}

/// Notes up to where the log was purged of a chat. A fact that became known meanwhile makes it due again.
///
/// # Errors
/// When the database fails.
pub async fn purged(db: impl PgExecutor<'_>, late: &LateFacts) -> sqlx::Result<()> {
    sqlx::query!(
        "update chats
         set purged_upto = $2
         where chat_id = $1
           and erased_at is not null",
        late.chat_id.uuid(),
        late.upto,
    )
    .execute(db)
    .await?;
    Ok(())
}
