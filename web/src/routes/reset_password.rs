//! `POST /api/v1/password-resets/redemption`: somebody takes another password by the link that they were sent.

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
use crate::secret::Secret;
use crate::shape::ProblemDetails;

/// The link's token, and the password that will be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetPassword {
    /// What follows `#` in the link.
    token: String,
    /// The password from now on.
    #[schema(format = Password, min_length = 12, max_length = 1024)]
    new_password: String,
}

/// Gives the technician of the link the password, and ends all their sessions. A link is good once. An authenticator is still asked for.
#[utoipa::path(
    post,
    path = "/api/v1/password-resets/redemption",
    tag = "session",
    request_body = ResetPassword,
    responses(
        (status = 204),
        (status = 400, description = "`/problems/password-refused`; the link stays good", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "`/problems/wrong-reset-token`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-attempts`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn reset_password(
    State(front): State<Front>,
    remote: Remote,
    Body(asked): Body<ResetPassword>,
) -> Result<StatusCode, Problem> {
    if !front.settings().password_sign_in {
        return Err(Problem::PasswordsOff);
    }
    attempts::at_reset(&front, &remote).await?;
    let token_hash = Secret::hash_of(&asked.token);
    let by = store::password_resets::by(front.db(), &token_hash).await?.ok_or(Problem::WrongResetToken)?;
    let about = vec![by.name.to_string(), by.email.to_string()];
    let hash = front.passwords().accept(asked.new_password, about).await?;

    let mut transaction = front.db().begin().await?;
    if !store::password_resets::redeem(&mut transaction, by.technician_id, &token_hash, &hash).await? {
        return Err(Problem::WrongResetToken);
    }
    let ended = store::sessions::end_others(&mut *transaction, by.technician_id, None).await?;
    let deed = audit::by_nobody("password.reset", Some(by.technician_id), &remote, json!({}));
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    front.live().end_sessions(&ended);
    attempts::forget_passwords(&front, &by.email).await?;
    Ok(StatusCode::NO_CONTENT)
}
