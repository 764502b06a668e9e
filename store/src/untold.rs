//! Chats about which nobody could be told.

use broker_config::{ChatId, NotificationRule};
use sqlx::PgExecutor;

/// The open chats about which nobody could be told, those that wait longest first. Such a chat has a client message that no
/// technician has answered, and
///
/// - nobody has read the first of these messages;
/// - nobody who was online has been told of the chat since they last read it: of those whose tabs were open when a message
///   came, the claim of an `online` rule is there, also if they had chosen no channel for it;
/// - no e-mail and no webhook about the chat was sent to anybody who has not read it since;
/// - none is on its way.
///
/// So a chat with notices in the lists of people who are offline is one of them, and so is every waiting chat while no
/// notification worker runs.
///
/// # Errors
/// When the database fails.
pub async fn chats(db: impl PgExecutor<'_>, limit: i64) -> sqlx::Result<Vec<ChatId>> {
    let online =
        [NotificationRule::UnreadOnline, NotificationRule::UnassignedOnline].map(|rule| rule.name().to_owned());
    sqlx::query_scalar!(
        r#"select c.chat_id as "chat_id: ChatId"
           from chats c
           join lateral (
               select m.seq
               from messages m
               where m.chat_id = c.chat_id
                 and m.seq > c.last_technician_seq
                 and m.kind = 'client'
               order by m.seq
               limit 1
           ) waiting on true
           where c.opened_seq is not null
             and c.closed_seq is null
             and c.last_client_seq > c.last_technician_seq
             and not exists (
                 select
                 from reads r
                 where r.chat_id = c.chat_id
                   and r.upto >= waiting.seq
             )
             and not exists (
                 select
                 from notification_claims claim
                 left join reads r on r.chat_id = claim.chat_id and r.technician_id = claim.technician_id
                 where claim.chat_id = c.chat_id
                   and claim.rule = any($1)
                   and claim.seq > coalesce(r.upto, 0)
             )
             and not exists (
                 select
                 from notices n
                 join deliveries d on d.notice_id = n.notice_id
                 left join reads r on r.chat_id = n.chat_id and r.technician_id = n.technician_id
                 where n.chat_id = c.chat_id
                   and d.channel <> 'in_app'
                   and (d.state = 'pending' or (d.state = 'sent' and n.seq > coalesce(r.upto, 0)))
             )
           order by waiting.seq
           limit $2"#,
        &online,
        limit,
    )
    .fetch_all(db)
    .await
}
