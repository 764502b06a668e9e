//! `POST /api/v1/password-resets`: somebody forgot their password.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::attempts;
use crate::audit;
use crate::extract::Body;
use crate::front::Front;
use crate::problem::Problem;
use crate::remote::Remote;
use crate::shape::ProblemDetails;

/// Whose password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskForPasswordReset {
    /// The address that they sign in with, in any case.
    #[schema(max_length = 1024)]
    email: String,
}

/// Longer addresses are nobody's.
const EMAIL_BYTES: usize = 1024;

/// Sends a link for another password to the address, if somebody signs in with it. The answer is the same, and as fast, if nobody does.
#[utoipa::path(
    post,
    path = "/api/v1/password-resets",
    tag = "session",
    request_body = AskForPasswordReset,
    responses(
        (status = 202),
        (status = 429, description = "`/problems/too-many-attempts`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn ask_for_password_reset(
    State(front): State<Front>,
    remote: Remote,
    Body(asked): Body<AskForPasswordReset>,
) -> Result<StatusCode, Problem> {
    let AskForPasswordReset { email } = asked;
    if email.len() > EMAIL_BYTES || email.contains('\0') {
        return Err(Problem::Malformed("this is no address".to_owned()));
    }
    if !front.settings().password_sign_in {
        return Err(Problem::PasswordsOff);
    }
    attempts::at_asking_for_reset(&front, &email, &remote).await?;
    let background = front.background().clone();
    background.spawn(async move {
        if let Err(error) = ask(&front, email.trim(), &remote).await {
            tracing::error!(error = &error as &dyn std::error::Error, "a link for another password was not asked for");
        }
    });
    Ok(StatusCode::ACCEPTED)
}

async fn ask(front: &Front, email: &str, remote: &Remote) -> sqlx::Result<()> {
    let known = store::technicians::credentials(front.db(), email).await?;
    let about = known.map(|known| known.technician_id);
    let mut transaction = front.db().begin().await?;
    let deed = audit::by_nobody("password.reset_asked", about, remote, json!({ "is_known": about.is_some() }));
    store::audit::record(&mut *transaction, &deed).await?;
    store::password_resets::ask(&mut transaction, email).await?;
    transaction.commit().await
}
