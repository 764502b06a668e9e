//! `POST /api/v1/notices/read`: a technician has read notices, without reading their chats.

use axum::extract::State;
use axum::http::StatusCode;
use broker_config::{NoticeHeard, NoticeId, TechnicianLeaf, TechnicianSubject};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::Body;
use crate::front::Front;
use crate::may::{May, UseChat};
use crate::problem::Problem;
use crate::shape::ProblemDetails;

/// Which.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MarkNoticesRead {
    /// The notices; all of them when absent.
    notice_ids: Option<Vec<NoticeId>>,
}

/// Marks notices as read, on every tab of the technician who asks. What has not been sent of them by other channels is
/// withdrawn.
#[utoipa::path(
    post,
    path = "/api/v1/notices/read",
    tag = "notifications",
    request_body = MarkNoticesRead,
    responses(
        (status = 204),
        (status = 403, description = "`/problems/no-chat-rights`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn mark_notices_read(
    State(front): State<Front>,
    May { technician, .. }: May<UseChat>,
    Body(asked): Body<MarkNoticesRead>,
) -> Result<StatusCode, Problem> {
    let technician_id = technician.technician_id;
    let notice_ids = store::notices::mark_read(front.db(), technician_id, asked.notice_ids.as_deref()).await?;
    if !notice_ids.is_empty() {
        let subject = TechnicianSubject { technician_id, leaf: TechnicianLeaf::Notice };
        let heard = serde_json::to_vec(&NoticeHeard::Read { notice_ids }).map_err(Problem::internal)?;
        if let Err(error) = front.log().client().publish(subject.to_string(), heard.into()).await {
            tracing::warn!(%error, "tabs were not told that notices were read");
        }
    }
    Ok(StatusCode::NO_CONTENT)
}
