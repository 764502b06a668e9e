//! What a chat's row holds of single facts: the first `opened` and `closed`, the last `assigned` and `ticketed`, and how
//! far the client has read. [`super::chats::touch`] has locked the rows.

use std::collections::BTreeMap;

use broker_config::{ChatId, MenuEntryId};
use sqlx::PgConnection;
use sqlx::types::{Json, Uuid};

use super::{Chat, Kept, Stamped, bigint};

type Chats<'a> = BTreeMap<ChatId, Chat<'a>>;

pub(super) async fn opened(db: &mut PgConnection, chats: &Chats<'_>) -> Result<(), sqlx::Error> {
    let (chat_ids, opened) = marked(chats, |chat| &chat.opened);
    if chat_ids.is_empty() {
        return Ok(());
    }
    let seqs: Vec<_> = opened.iter().map(|opened| opened.seq).collect();
    let ats: Vec<_> = opened.iter().map(|opened| opened.at).collect();
    let authors: Vec<_> = opened.iter().map(|opened| Json(&opened.value.by)).collect();
    let entry_ids: Vec<_> = opened.iter().map(|opened| opened.value.entry_id.map(MenuEntryId::uuid)).collect();
    sqlx::query!(
        r#"
        update chats
        set opened_seq = opened.seq, opened_at = opened.at, opened_by = opened.author, entry_id = opened.entry_id
        from unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::jsonb[], $5::uuid[])
            as opened (chat_id, seq, at, author, entry_id)
        where chats.chat_id = opened.chat_id
            and (chats.opened_seq is null or opened.seq < chats.opened_seq)
        "#,
        &chat_ids,
        &seqs,
        &ats,
        &authors as _,
        &entry_ids as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn closed(db: &mut PgConnection, chats: &Chats<'_>) -> Result<(), sqlx::Error> {
    let (chat_ids, closed) = marked(chats, |chat| &chat.closed);
    if chat_ids.is_empty() {
        return Ok(());
    }
    let seqs: Vec<_> = closed.iter().map(|closed| closed.seq).collect();
    let ats: Vec<_> = closed.iter().map(|closed| closed.at).collect();
    let authors: Vec<_> = closed.iter().map(|closed| Json(&closed.value.by)).collect();
    sqlx::query!(
        r#"
        update chats
        set closed_seq = closed.seq, closed_at = closed.at, closed_by = closed.author
        from unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::jsonb[])
            as closed (chat_id, seq, at, author)
        where chats.chat_id = closed.chat_id
            and (chats.closed_seq is null or closed.seq < chats.closed_seq)
        "#,
        &chat_ids,
        &seqs,
        &ats,
        &authors as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn assigned(db: &mut PgConnection, chats: &Chats<'_>) -> Result<(), sqlx::Error> {
    let (chat_ids, assigned) = marked(chats, |chat| &chat.assigned);
    if chat_ids.is_empty() {
        return Ok(());
    }
    let seqs: Vec<_> = assigned.iter().map(|assigned| assigned.seq).collect();
    let ats: Vec<_> = assigned.iter().map(|assigned| assigned.at).collect();
    let authors: Vec<_> = assigned.iter().map(|assigned| Json(&assigned.value.by)).collect();
    let assignees = || assigned.iter().map(|assigned| assigned.value.to.as_ref());
    let technician_ids: Vec<_> = assignees().map(|to| to.map(|to| to.technician_id.uuid())).collect();
    let names: Vec<_> = assignees().map(|to| to.map(|to| &*to.name)).collect();
    sqlx::query!(
        r#"
        update chats
        set assigned_seq = assigned.seq,
            assigned_at = assigned.at,
            assigned_to = assigned.technician_id,
            assigned_name = assigned.name,
            assigned_by = assigned.author
        from unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::uuid[], $5::text[], $6::jsonb[])
            as assigned (chat_id, seq, at, technician_id, name, author)
        where chats.chat_id = assigned.chat_id
            and (chats.assigned_seq is null or assigned.seq > chats.assigned_seq)
        "#,
        &chat_ids,
        &seqs,
        &ats,
        &technician_ids as _,
        &names as _,
        &authors as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn ticketed(db: &mut PgConnection, chats: &Chats<'_>) -> Result<(), sqlx::Error> {
    let (chat_ids, ticketed) = marked(chats, |chat| &chat.ticketed);
    if chat_ids.is_empty() {
        return Ok(());
    }
    let seqs: Vec<_> = ticketed.iter().map(|ticketed| ticketed.seq).collect();
    let ticket_ids: Vec<_> = ticketed.iter().map(|ticketed| ticketed.value.ticket_id.uuid()).collect();
    let numbers: Vec<_> = ticketed.iter().map(|ticketed| bigint(ticketed.value.number)).collect();
    sqlx::query!(
        r#"
        update chats
        set ticketed_seq = ticketed.seq, ticket_id = ticketed.ticket_id, ticket_number = ticketed.number
        from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::bigint[])
            as ticketed (chat_id, seq, ticket_id, number)
        where chats.chat_id = ticketed.chat_id
            and (chats.ticketed_seq is null or ticketed.seq > chats.ticketed_seq)
        "#,
        &chat_ids,
        &seqs,
        &ticket_ids,
        &numbers,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn client_read(db: &mut PgConnection, chats: &Chats<'_>) -> Result<(), sqlx::Error> {
    let (chat_ids, read) = marked(chats, |chat| &chat.client_read);
    if chat_ids.is_empty() {
        return Ok(());
    }
    let uptos: Vec<_> = read.iter().map(|read| read.value).collect();
    let seqs: Vec<_> = read.iter().map(|read| read.seq).collect();
    let ats: Vec<_> = read.iter().map(|read| read.at).collect();
    sqlx::query!(
        r#"
        update chats
        set client_read_upto = read.upto, client_read_seq = read.seq, client_read_at = read.at
        from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::timestamptz[])
            as read (chat_id, upto, seq, at)
        where chats.chat_id = read.chat_id
            and (chats.client_read_seq = 0
                or (read.upto, -read.seq) > (chats.client_read_upto, -chats.client_read_seq))
        "#,
        &chat_ids,
        &uptos,
        &seqs,
        &ats,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The chats that have something in a column, and what.
fn marked<'c, T>(
    chats: &'c Chats<'_>,
    column: impl Fn(&'c Chat<'_>) -> &'c Kept<T>,
) -> (Vec<Uuid>, Vec<&'c Stamped<T>>) {
    let marked = chats.iter().filter_map(|(chat_id, chat)| Some((chat_id.uuid(), column(chat).as_ref()?)));
    marked.unzip()
}
