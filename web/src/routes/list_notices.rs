//! `GET /api/v1/notices`: what the technician who asks was told in the app.

use axum::Json;
use axum::extract::State;
use broker_config::{ChatId, NoticeId, NotificationRule};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use store::notices::NoticeRow;
use utoipa::{IntoParams, ToSchema};

use crate::cursor;
use crate::extract::Query;
use crate::front::Front;
use crate::may::{May, UseChat};
use crate::problem::Problem;
use crate::shape::{AssetName, ChatHeader, ContactName, CustomerName, ProblemDetails};

/// Which notices.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListNotices {
    /// Whether only unread ones.
    unread: Option<bool>,
    /// How many at most; 50 when absent, never more than 200.
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A page of notices, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticePage {
    /// The notices.
    notices: Vec<NoticeShape>,
    /// How many of all notices are unread.
    unread: u64,
    /// Where the next page begins, if there is one.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// A rule fired for a technician.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticeShape {
    /// Which.
    notice_id: NoticeId,
    /// The chat that it is about.
    chat_id: ChatId,
    /// The rule that fired.
    rule: NotificationRule,
    /// When.
    at: DateTime<Utc>,
    /// When it was read.
    #[schema(required)]
    read_at: Option<DateTime<Utc>>,
    /// Whose chat it is, once that is known.
    #[schema(required)]
    chat: Option<ChatHeader>,
}

/// Lists what the technician who asks was told in the app.
#[utoipa::path(
    get,
    path = "/api/v1/notices",
    tag = "notifications",
    params(ListNotices),
    responses(
        (status = 200, body = NoticePage),
        (status = 403, description = "`/problems/no-chat-rights`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn list_notices(
    State(front): State<Front>,
    May { technician, .. }: May<UseChat>,
    Query(asked): Query<ListNotices>,
) -> Result<Json<NoticePage>, Problem> {
    let before = asked.cursor.as_deref().map(cursor::read::<NoticeId>).transpose()?;
    let limit = cursor::limit(asked.limit);
    let viewer = technician.viewer();
    let unread_only = asked.unread.unwrap_or(false);
    let mut rows = store::notices::page(front.db(), viewer, unread_only, before, limit + 1).await?;
    let unread = store::notices::unread_count(front.db(), viewer).await?;

    let next_cursor = cursor::cut_at(&mut rows, limit, |row| row.notice_id);
    let notices = rows.into_iter().map(NoticeShape::from).collect();
    Ok(Json(NoticePage { notices, unread: unread.cast_unsigned(), next_cursor }))
}

impl From<NoticeRow> for NoticeShape {
    fn from(row: NoticeRow) -> Self {
        let asset = row.asset_id.zip(row.asset_name).map(|(asset_id, name)| AssetName { asset_id, name });
        let customer =
            row.customer_id.zip(row.customer_name).map(|(customer_id, name)| CustomerName { customer_id, name });
        let contact = ContactName::of(row.contact_id, row.contact_name);
        Self {
            notice_id: row.notice_id,
            chat_id: row.chat_id,
            rule: row.rule,
            at: row.at,
            read_at: row.read_at,
            chat: asset.zip(customer).map(|(asset, customer)| ChatHeader { asset, customer, contact }),
        }
    }
}
