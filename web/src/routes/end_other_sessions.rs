//! `DELETE /api/v1/account/sessions`: a technician signs out everywhere else.

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::json;

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
    let mut transaction = front.db().begin().await?;
    let ended = store::sessions::end_others(&mut *transaction, technician.technician_id, kept).await?;
    let about = ("technician", technician.technician_id);
    let deed = technician.does("session.others_ended", about, json!({ "session_ids": ended }));
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    front.live().end_sessions(&ended);
    Ok(StatusCode::NO_CONTENT)
}
