//! `PUT /api/v1/account/password`: a technician takes another password.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::attempts::Attempt;
use crate::extract::Body;
use crate::front::Front;
use crate::problem::Problem;
use crate::remote::Remote;
use crate::session;
use crate::shape::ProblemDetails;
use crate::signed_in::InSession;

/// The password that was, and the one that will be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangePassword {
    /// The password now. Whoever has none, because they came by way of a provider, must have signed in within the last 15 minutes.
    #[schema(format = Password, max_length = 1024)]
    current_password: Option<String>,
    /// The password from now on.
    #[schema(format = Password, min_length = 12, max_length = 1024)]
    new_password: String,
}

/// Changes the password. Every other session of the technician ends; this one goes on with another cookie.
#[utoipa::path(
    put,
    path = "/api/v1/account/password",
    tag = "account",
    request_body = ChangePassword,
    responses(
        (status = 204, headers(("set-cookie" = String, description = "The session."))),
        (status = 400, description = "`/problems/password-refused`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, description = "`/problems/wrong-credentials`: the current password is another", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-attempts`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn change_password(
    State(front): State<Front>,
    InSession { technician, session_id }: InSession,
    remote: Remote,
    Body(asked): Body<ChangePassword>,
) -> Result<impl IntoResponse, Problem> {
    if !front.settings().password_sign_in {
        return Err(Problem::PasswordsOff);
    }
    Attempt::confirm(&front, &technician, asked.current_password, &remote).await?;
    let about = vec![technician.name.to_string(), technician.email.to_string()];
    let hash = front.passwords().accept(asked.new_password, about).await?;

    let mut transaction = front.db().begin().await?;
    store::technicians::set_password(&mut *transaction, technician.technician_id, &hash).await?;
    let cookie = session::rotate(&front, &mut transaction, session_id).await?;
    let kept = Some(session_id);
    let ended = store::sessions::end_others(&mut *transaction, technician.technician_id, kept).await?;
    let about = ("technician", technician.technician_id);
    let deed = technician.does("password.changed", about, json!({}));
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    front.live().end_sessions(&ended);

    Ok((StatusCode::NO_CONTENT, AppendHeaders([(header::SET_COOKIE, cookie)])))
}
