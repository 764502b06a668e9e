//! The log of deliveries: what was sent to whom, when, over which channel, with which result.

use broker_config::{ChatId, DeliveryId, Line, NoticeId, NotificationRule, TechnicianId};
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use super::{Channel, DeliveryState};

/// Which deliveries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DeliveryFilter {
    /// Only those to this technician.
    pub technician_id: Option<TechnicianId>,
    /// Only those over this channel.
    pub channel: Option<Channel>,
    /// Only those of which this became.
    pub state: Option<DeliveryState>,
    /// Only those before this place.
    pub before: Option<i64>,
}

/// A delivery in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    /// Which.
    pub delivery_id: DeliveryId,
    /// Its place in the log.
    pub position: i64,
    /// To whom.
    pub technician_id: TechnicianId,
    /// Their name.
    pub technician_name: Line,
    /// Over which channel.
    pub channel: Channel,
    /// What became of it.
    pub state: DeliveryState,
    /// The notice; `None` for a test.
    pub notice_id: Option<NoticeId>,
    /// The chat.
    pub chat_id: Option<ChatId>,
    /// The rule that fired.
    pub rule: Option<NotificationRule>,
    /// How often it was attempted.
    pub attempts: i32,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it was put on its way.
    pub created_at: DateTime<Utc>,
    /// When it is tried next, while it is pending.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When it was sent, given up or withdrawn.
    pub ended_at: Option<DateTime<Utc>>,
}

/// Deliveries, newest first. Links for another password are nobody's business but of whom they go to.
///
/// # Errors
/// When the database fails.
pub async fn page(db: impl PgExecutor<'_>, filter: &DeliveryFilter, limit: i64) -> sqlx::Result<Vec<DeliveryRow>> {
    sqlx::query_as!(
        DeliveryRow,
        r#"select d.delivery_id as "delivery_id: DeliveryId",
                  d.position,
                  d.technician_id as "technician_id: TechnicianId",
                  t.name as "technician_name: Line",
                  d.channel as "channel: Channel",
                  d.state as "state: DeliveryState",
                  d.notice_id as "notice_id: NoticeId",
                  n.chat_id as "chat_id?: ChatId",
                  n.rule as "rule?: NotificationRule",
                  d.attempts,
                  d.last_error,
                  d.created_at,
                  case d.state when 'pending' then d.next_attempt_at end as next_attempt_at,
                  d.ended_at
           from deliveries d
           join technicians t on t.technician_id = d.technician_id
           left join notices n on n.notice_id = d.notice_id
           where not d.resets_password
             and ($1::uuid is null or d.technician_id = $1)
             and ($2::text is null or d.channel = $2)
             and ($3::text is null or d.state = $3)
             and ($4::bigint is null or d.position < $4)
           order by d.position desc
           limit $5"#,
        filter.technician_id.map(TechnicianId::uuid),
        filter.channel.map(Channel::name),
        filter.state.map(DeliveryState::name),
        filter.before,
        limit,
    )
    .fetch_all(db)
    .await
}
