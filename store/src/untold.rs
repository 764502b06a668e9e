//! Chats about which nobody could be told.

use std::time::Duration;

use broker_config::{ChatId, NotificationRule};
use sqlx::PgExecutor;

use crate::rights::Right;

/// For how long a delivery may be on its way and count as one that will arrive. Longer than all attempts of one take, and
/// than those of a few that it waits for.
const ON_ITS_WAY: Duration = Duration::from_hours(24);

/// The open chats about which nobody could be told, those that wait longest first. Such a chat has a client message that no
/// technician has answered, and
///
/// - nobody has read the first of these messages;
/// - nobody who was online has been told of the chat since they last read it: of those whose tabs were open when a message
///   came, the claim of an `online` rule is there, also if they had chosen no channel for it;
/// - no e-mail and no webhook about the chat was sent to anybody who has not read it since;
/// - none is on its way, or it has been for longer than a day, so that nobody seems to send any.
///
/// Whoever may no longer chat does not count, whatever they have read or heard. So a chat with notices in the lists of people
/// who are offline is one of them, and so is every waiting chat while no notification worker runs.
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
                 join technicians t on t.technician_id = r.technician_id and may(t.technician_id, $4)
                 where r.chat_id = c.chat_id
                   and r.upto >= waiting.seq
             )
             and not exists (
                 select
                 from notification_claims claim
                 join technicians t on t.technician_id = claim.technician_id and may(t.technician_id, $4)
                 left join reads r on r.chat_id = claim.chat_id and r.technician_id = claim.technician_id
                 where claim.chat_id = c.chat_id
                   and claim.rule = any($1)
                   and claim.seq > coalesce(r.upto, 0)
             )
             and not exists (
                 select
                 from notices n
                 join technicians t on t.technician_id = n.technician_id and may(t.technician_id, $4)
                 join deliveries d on d.notice_id = n.notice_id
                 left join reads r on r.chat_id = n.chat_id and r.technician_id = n.technician_id
                 where n.chat_id = c.chat_id
                   and d.channel <> 'in_app'
                   and case d.state
                       when 'pending' then d.created_at > now() - make_interval(secs => $2)
                       else d.state = 'sent' and n.seq > coalesce(r.upto, 0)
                   end
             )
           order by waiting.seq
           limit $3"#,
        &online,
        ON_ITS_WAY.as_secs_f64(),
        limit,
        Right::UseChat.name(),
    )
    .fetch_all(db)
    .await
}
