//! How far each technician has read.

use std::collections::BTreeMap;

use broker_config::{ChatId, TechnicianId};
use sqlx::PgConnection;

use super::Kept;

/// Moves read marks forward, never back.
pub(super) async fn insert(
    db: &mut PgConnection,
    reads: &BTreeMap<(ChatId, TechnicianId), Kept<i64>>,
) -> Result<(), sqlx::Error> {
    if reads.is_empty() {
        return Ok(());
    }
    let chat_ids: Vec<_> = reads.keys().map(|(chat_id, _)| chat_id.uuid()).collect();
    let technician_ids: Vec<_> = reads.keys().map(|(_, technician_id)| technician_id.uuid()).collect();
    let stamped = || reads.values().flatten();
    let uptos: Vec<_> = stamped().map(|read| read.value).collect();
    let seqs: Vec<_> = stamped().map(|read| read.seq).collect();
    let ats: Vec<_> = stamped().map(|read| read.at).collect();
    sqlx::query!(
        r#"
        insert into reads (chat_id, technician_id, upto, seq, at)
        select *
        from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::timestamptz[])
        on conflict (chat_id, technician_id) do update
        set upto = excluded.upto,
            seq = excluded.seq,
            at = excluded.at
        where (excluded.upto, -excluded.seq) > (reads.upto, -reads.seq)
        "#,
        &chat_ids,
        &technician_ids,
        &uptos,
        &seqs,
        &ats,
    )
    .execute(db)
    .await?;
    Ok(())
}
