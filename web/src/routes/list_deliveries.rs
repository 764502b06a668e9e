//! `GET /api/v1/deliveries`: what was sent to whom, when, over which channel, with which result.

use axum::Json;
use axum::extract::State;
use broker_config::{ChatId, DeliveryId, Line, NoticeId, NotificationRule, TechnicianId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use store::deliveries::{Channel, DeliveryFilter, DeliveryRow, DeliveryState};
use store::rights::Right;
use utoipa::{IntoParams, ToSchema};

use crate::cursor;
use crate::extract::Query;
use crate::front::Front;
use crate::may::{May, UseChat};
use crate::problem::Problem;
use crate::shape::ProblemDetails;

/// Which deliveries.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListDeliveries {
    /// Only those to this technician. Whoever may not manage the notifications of others sees their own
    /// alone.
    technician_id: Option<TechnicianId>,
    /// Only those over this channel.
    channel: Option<ChannelShape>,
    /// Only those of which this became.
    state: Option<StateShape>,
    /// How many at most; 50 when absent, never more than 200.
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A page of the log of deliveries, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryPage {
    /// The deliveries.
    deliveries: Vec<Delivery>,
    /// Where the next page begins, if there is one.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// A notice on its way over one channel, or a test of a webhook.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "one name per thing everywhere")]
pub(crate) struct Delivery {
    /// Which.
    delivery_id: DeliveryId,
    /// To whom.
    technician_id: TechnicianId,
    /// Their name.
    technician_name: Line,
    /// Over which channel.
    channel: ChannelShape,
    /// What became of it.
    state: StateShape,
    /// The notice; null for a test.
    #[schema(required)]
    notice_id: Option<NoticeId>,
    /// The chat; null for a test.
    #[schema(required)]
    chat_id: Option<ChatId>,
    /// The rule that fired; null for a test.
    #[schema(required)]
    rule: Option<NotificationRule>,
    /// How often it was attempted.
    attempts: u32,
    /// Why the last attempt failed.
    #[schema(required)]
    last_error: Option<String>,
    /// When it was put on its way.
    created_at: DateTime<Utc>,
    /// When it is attempted next, while it is pending.
    #[schema(required)]
    next_attempt_at: Option<DateTime<Utc>>,
    /// When it was sent, given up or withdrawn.
    #[schema(required)]
    ended_at: Option<DateTime<Utc>>,
}

/// How a notice reaches a technician.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Channel)]
pub(crate) enum ChannelShape {
    /// In the list of notices, and on every open tab.
    InApp,
    /// By e-mail.
    Email,
    /// To their webhook.
    Webhook,
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeliveryState)]
pub(crate) enum StateShape {
    /// It waits for its first attempt or for another one.
    Pending,
    /// The other side has taken it.
    Sent,
    /// It was given up.
    Failed,
    /// The chat was read or closed before it was sent.
    Withdrawn,
}

/// Lists deliveries: whoever may manage the notifications of others sees all, everybody else their own.
#[utoipa::path(
    get,
    path = "/api/v1/deliveries",
    tag = "notifications",
    params(ListDeliveries),
    responses(
        (status = 200, body = DeliveryPage),
        (status = 403, description = "`/problems/no-chat-rights`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn list_deliveries(
    State(front): State<Front>,
    May { technician, .. }: May<UseChat>,
    Query(asked): Query<ListDeliveries>,
) -> Result<Json<DeliveryPage>, Problem> {
    let sees_others = technician.rights.has(Right::ManageNotifications);
    let filter = DeliveryFilter {
        technician_id: if sees_others { asked.technician_id } else { Some(technician.technician_id) },
        channel: asked.channel.map(Channel::from),
        state: asked.state.map(DeliveryState::from),
        before: asked.cursor.as_deref().map(cursor::read::<i64>).transpose()?,
    };
    let limit = cursor::limit(asked.limit);
    let mut rows = store::deliveries::page(front.db(), &filter, limit + 1).await?;

    let next_cursor = cursor::cut_at(&mut rows, limit, |row| row.position);
    Ok(Json(DeliveryPage { deliveries: rows.into_iter().map(Delivery::from).collect(), next_cursor }))
}

impl From<DeliveryRow> for Delivery {
    fn from(row: DeliveryRow) -> Self {
        Self {
            delivery_id: row.delivery_id,
            technician_id: row.technician_id,
            technician_name: row.technician_name,
            channel: match row.channel {
                Channel::InApp => ChannelShape::InApp,
                Channel::Email => ChannelShape::Email,
                Channel::Webhook => ChannelShape::Webhook,
            },
            state: match row.state {
                DeliveryState::Pending => StateShape::Pending,
                DeliveryState::Sent => StateShape::Sent,
                DeliveryState::Failed => StateShape::Failed,
                DeliveryState::Withdrawn => StateShape::Withdrawn,
            },
            notice_id: row.notice_id,
            chat_id: row.chat_id,
            rule: row.rule,
            attempts: row.attempts.cast_unsigned(),
            last_error: row.last_error,
            created_at: row.created_at,
            next_attempt_at: row.next_attempt_at,
            ended_at: row.ended_at,
        }
    }
}

impl From<ChannelShape> for Channel {
    fn from(shape: ChannelShape) -> Self {
        match shape {
            ChannelShape::InApp => Self::InApp,
            ChannelShape::Email => Self::Email,
            ChannelShape::Webhook => Self::Webhook,
        }
    }
}

impl From<StateShape> for DeliveryState {
    fn from(shape: StateShape) -> Self {
        match shape {
            StateShape::Pending => Self::Pending,
            StateShape::Sent => Self::Sent,
            StateShape::Failed => Self::Failed,
            StateShape::Withdrawn => Self::Withdrawn,
        }
    }
}
