//! The row of each chat: whose it is, and its last activity.

use std::collections::{BTreeMap, BTreeSet};

use broker_config::{AssetId, ChatId};
use sqlx::PgConnection;

use super::{Chat, Refusal, Refused, Touched};

/// Adds or updates the chats, which locks them in the order of their ids, and says which may not be touched, and
/// which were erased.
pub(super) async fn touch(db: &mut PgConnection, chats: &BTreeMap<ChatId, Chat<'_>>) -> Result<Touched, sqlx::Error> {
    let chat_ids: Vec<_> = chats.keys().map(|chat_id| chat_id.uuid()).collect();
    let asset_ids: Vec<_> = chats.values().map(|chat| chat.asset_id.uuid()).collect();
    let last_seqs: Vec<_> = chats.values().map(|chat| chat.last.as_ref().map_or(0, |last| last.seq)).collect();
    let last_ats: Vec<_> = chats.values().map(|chat| chat.last.as_ref().map(|last| last.at)).collect();
    let last_client_seqs: Vec<_> = chats.values().map(|chat| chat.last_client_seq).collect();
    let last_technician_seqs: Vec<_> = chats.values().map(|chat| chat.last_technician_seq).collect();
    let touched = sqlx::query!(
        r#"
        insert into chats (chat_id, asset_id, last_seq, last_at, last_client_seq, last_technician_seq)
        select chat.chat_id, asset_id, chat.last_seq, chat.last_at, chat.last_client_seq, chat.last_technician_seq
        from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::timestamptz[], $5::bigint[], $6::bigint[])
            as chat (chat_id, asset_id, last_seq, last_at, last_client_seq, last_technician_seq)
        join assets using (asset_id)
        order by chat.chat_id
        on conflict (chat_id) do update
        set last_seq = greatest(chats.last_seq, excluded.last_seq),
            last_at = case when excluded.last_seq > chats.last_seq then excluded.last_at else chats.last_at end,
            last_client_seq = greatest(chats.last_client_seq, excluded.last_client_seq),
            last_technician_seq = greatest(chats.last_technician_seq, excluded.last_technician_seq)
        where chats.asset_id = excluded.asset_id
        returning chat_id as "chat_id: ChatId", erased_at is not null as "is_erased!"
        "#,
        &chat_ids,
        &asset_ids,
        &last_seqs,
        &last_ats as _,
        &last_client_seqs,
        &last_technician_seqs,
    )
    .fetch_all(&mut *db)
    .await?;

    let erased = touched.iter().filter(|chat| chat.is_erased).map(|chat| chat.chat_id).collect();
    if touched.len() == chats.len() {
        return Ok(Touched { refused: Refused::new(), erased });
    }
    let mut refused: BTreeMap<_, _> = chats.iter().map(|(chat_id, chat)| (*chat_id, chat.asset_id)).collect();
    for chat in &touched {
        refused.remove(&chat.chat_id);
    }
    Ok(Touched { refused: reasons(db, refused).await?, erased })
}

/// Notes that the log has facts of chats that were erased, so that it is purged of them.
pub(super) async fn note_late(
    db: &mut PgConnection,
    chats: &BTreeMap<ChatId, Chat<'_>>,
    erased: &BTreeSet<ChatId>,
) -> Result<(), sqlx::Error> {
    if erased.is_empty() {
        return Ok(());
    }
    let late = || chats.iter().filter(|(chat_id, _)| erased.contains(chat_id));
    let chat_ids: Vec<_> = late().map(|(chat_id, _)| chat_id.uuid()).collect();
    let uptos: Vec<_> = late().map(|(_, chat)| chat.upto).collect();
    sqlx::query!(
        "update chats
         set erased_upto = greatest(chats.erased_upto, late.upto),
             purged_upto = null
         from unnest($1::uuid[], $2::bigint[]) as late (chat_id, upto)
         where chats.chat_id = late.chat_id",
        &chat_ids,
        &uptos,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn reasons(db: &mut PgConnection, refused: BTreeMap<ChatId, AssetId>) -> Result<Refused, sqlx::Error> {
    let asset_ids: Vec<_> = refused.values().map(|asset_id| asset_id.uuid()).collect();
    let known = sqlx::query_scalar!(
        r#"
        select asset_id as "asset_id: AssetId"
        from assets
        where asset_id = any($1)
        "#,
        &asset_ids,
    )
    .fetch_all(db)
    .await?;
    let reason = |asset_id| {
        if known.contains(&asset_id) { Refusal::OtherAsset } else { Refusal::UnknownAsset }
    };
    Ok(refused.into_iter().map(|(chat_id, asset_id)| ((asset_id, chat_id), reason(asset_id))).collect())
}
