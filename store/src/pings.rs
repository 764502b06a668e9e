//! Which technician was pinged for which chat.

use broker_config::{ChatId, TechnicianId};
use sqlx::PgExecutor;

/// A ping, sent or to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ping {
    /// The chat that has something unread.
    pub chat_id: ChatId,
    /// Who is pinged.
    pub technician_id: TechnicianId,
    /// The client's message for which they are.
    pub seq: i64,
    /// How far they have read the chat.
    pub read_upto: i64,
}

/// Takes what it may of `wanted`: a technician who was pinged for a chat already gets no other ping before they have read
/// up to the message of the last one. Of several who want the same ping at once, one takes it.
///
/// # Errors
/// When the database fails.
pub async fn claim(db: impl PgExecutor<'_>, wanted: &[Ping]) -> sqlx::Result<()> {
    let chat_ids: Vec<_> = wanted.iter().map(|ping| ping.chat_id.uuid()).collect();
    let technician_ids: Vec<_> = wanted.iter().map(|ping| ping.technician_id.uuid()).collect();
    let seqs: Vec<_> = wanted.iter().map(|ping| ping.seq).collect();
    let read_uptos: Vec<_> = wanted.iter().map(|ping| ping.read_upto).collect();
    sqlx::query!(
        "insert into pings (chat_id, technician_id, seq, read_upto)
         select *
         from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[])
         order by 1, 2
         on conflict (chat_id, technician_id) do update
         set seq = excluded.seq,
             read_upto = excluded.read_upto,
             sent_at = null
         where pings.seq <= excluded.read_upto",
        &chat_ids,
        &technician_ids,
        &seqs,
        &read_uptos,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The pings of these chats that may not have been sent.
///
/// # Errors
/// When the database fails.
pub async fn unsent(db: impl PgExecutor<'_>, chat_ids: &[ChatId]) -> sqlx::Result<Vec<Ping>> {
    let chat_ids: Vec<_> = chat_ids.iter().map(|chat_id| chat_id.uuid()).collect();
    sqlx::query_as!(
        Ping,
        r#"select chat_id as "chat_id: ChatId",
                  technician_id as "technician_id: TechnicianId",
                  seq,
                  read_upto
           from pings
           where chat_id = any($1)
             and sent_at is null"#,
        &chat_ids,
    )
    .fetch_all(db)
    .await
}

/// Notes that these pings were sent.
///
/// # Errors
/// When the database fails.
pub async fn mark_sent(db: impl PgExecutor<'_>, sent: &[Ping]) -> sqlx::Result<()> {
    let chat_ids: Vec<_> = sent.iter().map(|ping| ping.chat_id.uuid()).collect();
    let technician_ids: Vec<_> = sent.iter().map(|ping| ping.technician_id.uuid()).collect();
    let seqs: Vec<_> = sent.iter().map(|ping| ping.seq).collect();
    sqlx::query!(
        "update pings
         set sent_at = now()
         from unnest($1::uuid[], $2::uuid[], $3::bigint[]) as sent (chat_id, technician_id, seq)
         where pings.chat_id = sent.chat_id
           and pings.technician_id = sent.technician_id
           and pings.seq = sent.seq",
        &chat_ids,
        &technician_ids,
        &seqs,
    )
    .execute(db)
    .await?;
    Ok(())
}
