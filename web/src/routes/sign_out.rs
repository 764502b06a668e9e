//! `DELETE /api/v1/session`: a technician signs out.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use serde_json::json;

use crate::front::Front;
use crate::problem::Problem;
use crate::shape::ProblemDetails;
use crate::signed_in::{self, SettingUp};

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
    SettingUp { technician, session_id }: SettingUp,
) -> Result<impl IntoResponse, Problem> {
    let mut transaction = front.db().begin().await?;
    store::sessions::end_one(&mut *transaction, technician.technician_id, session_id).await?;
    let deed = technician.does("session.signed_out", ("session", session_id), json!({}));
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    front.live().end_sessions(&[session_id]);

    let cookie = signed_in::no_session_cookie(front.settings().is_https);
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(header::SET_COOKIE, cookie)])))
}
