//! `DELETE /api/v1/session`: a technician signs out.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};

use crate::front::Front;
use crate::problem::Problem;
use crate::shape::ProblemDetails;
use crate::signed_in::{self, InSession};

/// Ends the session. Its live sockets are closed.
#[utoipa::path(
    delete,
    path = "/api/v1/session",
    tag = "session",
    responses(
        (status = 204),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn sign_out(
    State(front): State<Front>,
    InSession { technician, session_id }: InSession,
) -> Result<impl IntoResponse, Problem> {
    store::sessions::end_one(front.db(), technician.technician_id, session_id).await?;
    front.live().end_sessions(&[session_id]);

    let cookie = signed_in::no_session_cookie(front.settings().is_https);
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(header::SET_COOKIE, cookie)])))
}
