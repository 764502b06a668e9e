//! The chats of an export, without their messages, which [`crate::messages::after`] reads page by page.

use broker_config::ChatId;
use serde_json::Value;
use sqlx::PgExecutor;

use crate::data_subjects::DataSubject;

/// The chats that are theirs, by id.
///
/// # Errors
/// When the database fails.
pub async fn chat_ids(
    db: impl PgExecutor<'_>,
    subject: DataSubject,
    after: Option<ChatId>,
    limit: i64,
) -> sqlx::Result<Vec<ChatId>> {
    sqlx::query_scalar!(
        r#"with theirs as (
               select c.chat_id
               from assets a
               join chats c on c.asset_id = a.asset_id
               where a.contact_id = $1 or a.customer_id = $2
               union
               select tc.chat_id
               from tickets t
               join ticket_chats tc on tc.ticket_id = t.ticket_id
               where t.contact_id = $1 or t.customer_id = $2
           )
           select chat_id as "chat_id!: ChatId"
           from theirs
           where ($3::uuid is null or chat_id > $3)
           order by chat_id
           limit $4"#,
        subject.contact(),
        subject.customer(),
        after.map(ChatId::uuid),
        limit,
    )
    .fetch_all(db)
    .await
}

/// A chat, with who read it, who was told of it and over which channel.
///
/// # Errors
/// When the database fails.
pub async fn chat(db: impl PgExecutor<'_>, chat_id: ChatId) -> sqlx::Result<Option<Value>> {
    sqlx::query_scalar!(
        r#"select jsonb_build_object(
                      'type', 'chat',
                      'chat_id', chat_id,
                      'asset_id', asset_id,
                      'opened_at', opened_at,
                      'opened_by', opened_by,
                      'closed_at', closed_at,
                      'closed_by', closed_by,
                      'assigned_at', assigned_at,
                      'assigned_to', assigned_to,
                      'assigned_name', assigned_name,
                      'ticket_number', ticket_number,
                      'erased_at', erased_at,
                      'client_read_at', client_read_at,
                      'client_read_upto', client_read_upto,
                      'read_by', coalesce((
                          select jsonb_agg(jsonb_build_object(
                              'technician_id', r.technician_id,
                              'upto', r.upto,
                              'at', r.at
                          ))
                          from reads r
                          where r.chat_id = c.chat_id
                      ), '[]'),
                      'pinged', array(
                          select p.technician_id
                          from pings p
                          where p.chat_id = c.chat_id
                      ),
                      'notices', coalesce((
                          select jsonb_agg(jsonb_build_object(
                              'notice_id', n.notice_id,
                              'technician_id', n.technician_id,
                              'rule', n.rule,
                              'at', n.created_at,
                              'read_at', n.read_at,
                              'deliveries', coalesce((
                                  select jsonb_agg(jsonb_build_object(
                                      'channel', d.channel,
                                      'state', d.state,
                                      'attempts', d.attempts,
                                      'created_at', d.created_at,
                                      'ended_at', d.ended_at
                                  ) order by d.position)
                                  from deliveries d
                                  where d.notice_id = n.notice_id
                              ), '[]')
                          ) order by n.notice_id)
                          from notices n
                          where n.chat_id = c.chat_id
                      ), '[]'),
                      'audit', audit_about(chat_id)
                  ) as "object!"
           from chats c
           where chat_id = $1"#,
        chat_id.uuid(),
    )
    .fetch_optional(db)
    .await
}
