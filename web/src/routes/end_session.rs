//! `DELETE /api/v1/account/sessions/{session_id}`: a technician signs out in another place.

use axum::extract::State;
use axum::http::StatusCode;
use broker_config::SessionId;
use serde_json::json;

use crate::extract::Path;
use crate::front::Front;
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;
use crate::signed_in::InSession;

/// Ends one of the technician's sessions. Its live sockets are closed.
#[utoipa::path(
    delete,
    path = "/api/v1/account/sessions/{session_id}",
    tag = "account",
    params(("session_id" = SessionId, Path, description = "Which session.")),
    responses(
        (status = 204),
        (status = 404, description = "`/problems/no-such-session`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn end_session(
    State(front): State<Front>,
    InSession { technician, .. }: InSession,
    Path(session_id): Path<SessionId>,
) -> Result<StatusCode, Problem> {
    let mut transaction = front.db().begin().await?;
    if !store::sessions::end_one(&mut *transaction, technician.technician_id, session_id).await? {
        return Err(Problem::NoSuch(Thing::Session));
    }
    let deed = technician.does("session.ended", ("session", session_id), json!({}));
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    front.live().end_sessions(&[session_id]);
    Ok(StatusCode::NO_CONTENT)
}
