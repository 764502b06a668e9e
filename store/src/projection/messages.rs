//! Messages and internal notes.

use std::collections::BTreeMap;

use broker_config::{ChatId, MessageId};
use sqlx::PgConnection;
use sqlx::types::Json;

use super::{Kept, Message};

/// Adds messages, and notes that their texts are to be indexed. Of repeats, the one that came first on the log counts.
pub(super) async fn insert(
    db: &mut PgConnection,
    messages: &BTreeMap<(ChatId, MessageId), Kept<Message<'_>>>,
) -> Result<(), sqlx::Error> {
    if messages.is_empty() {
        return Ok(());
    }
    let chat_ids: Vec<_> = messages.keys().map(|(chat_id, _)| chat_id.uuid()).collect();
    let message_ids: Vec<_> = messages.keys().map(|(_, message_id)| message_id.uuid()).collect();
    let stamped = || messages.values().flatten();
    let seqs: Vec<_> = stamped().map(|message| message.seq).collect();
    let ats: Vec<_> = stamped().map(|message| message.at).collect();
    let written_ats: Vec<_> = stamped().map(|message| message.value.written_at).collect();
    let kinds: Vec<_> = stamped().map(|message| message.value.kind).collect();
    let authors: Vec<_> = stamped().map(|message| Json(message.value.author)).collect();
    let bodies: Vec<_> = stamped().map(|message| &**message.value.body).collect();
    sqlx::query!(
        r#"
        with kept as (
            insert into messages (chat_id, message_id, seq, at, written_at, kind, author, body)
            select *
            from unnest(
                $1::uuid[], $2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::jsonb[], $8::text[])
            on conflict (chat_id, message_id) do update
            set seq = excluded.seq,
                at = excluded.at,
                written_at = excluded.written_at,
                kind = excluded.kind,
                author = excluded.author,
                body = excluded.body
            where excluded.seq < messages.seq
            returning chat_id, message_id
        )
        insert into texts_to_index (messages, chat_ids, message_ids)
        select count(*), array_agg(chat_id), array_agg(message_id)
        from kept
        having count(*) > 0
        "#,
        &chat_ids,
        &message_ids,
        &seqs,
        &ats,
        &written_ats,
        &kinds as _,
        &authors as _,
        &bodies as _,
    )
    .execute(db)
    .await?;
    Ok(())
}
