//! `DELETE /api/v1/account/sessions`: a technician signs out everywhere else.

use axum::extract::State;
use axum::http::StatusCode;

use crate::front::Front;
use crate::problem::Problem;
use crate::shape::ProblemDetails;
use crate::signed_in::InSession;

/// Ends every session of the technician but the one that asks. Their live sockets are closed.
#[utoipa::path(
    delete,
    path = "/api/v1/account/sessions",
    tag = "account",
    responses(
        (status = 204),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn end_other_sessions(
    State(front): State<Front>,
    InSession { technician, session_id }: InSession,
) -> Result<StatusCode, Problem> {
    let kept = Some(session_id);
    let ended = store::sessions::end_others(front.db(), technician.technician_id, kept).await?;
    front.live().end_sessions(&ended);
    Ok(StatusCode::NO_CONTENT)
}
