//! `POST /api/v1/session/provider`: a technician who has come back from the provider gives a code of their authenticator.

use axum::extract::State;
use axum::response::IntoResponse;
use axum_extra::extract::cookie::CookieJar;
use serde::Deserialize;
use utoipa::ToSchema;

use super::show_session::SignedInTechnician;
use super::sign_in::enter;
use crate::attempts;
use crate::extract::Body;
use crate::front::Front;
use crate::oidc;
use crate::problem::Problem;
use crate::remote::Remote;
use crate::second_factor;
use crate::session::Way;
use crate::shape::ProblemDetails;

/// What shows that it is them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmProviderSignIn {
    /// A code of their authenticator, or a recovery code.
    code: String,
}

/// Begins the session for which the provider has said who it is.
#[utoipa::path(
    post,
    path = "/api/v1/session/provider",
    tag = "session",
    request_body = ConfirmProviderSignIn,
    responses(
        (status = 200, body = SignedInTechnician, headers(("set-cookie" = String, description = "The session."))),
        (status = 401, description = "`/problems/wrong-code`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/sign-in-lost`: begin again", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-attempts`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn confirm_provider_sign_in(
    State(front): State<Front>,
    remote: Remote,
    jar: CookieJar,
    Body(asked): Body<ConfirmProviderSignIn>,
) -> Result<impl IntoResponse, Problem> {
    let browser_hash = oidc::browser_of(&jar, &front).ok_or(Problem::SignInLost)?;
    let waiting = store::provider_sign_ins::waiting(front.db(), &browser_hash).await?;
    let technician_id = waiting.ok_or(Problem::SignInLost)?;
    attempts::at_code(&front, technician_id).await?;
    let shown = second_factor::check(&front, technician_id, Some(&asked.code), Way::Provider, &remote).await?;
    if !store::provider_sign_ins::finish(front.db(), &browser_hash).await? {
        return Err(Problem::SignInLost);
    }
    attempts::came_in(&front, &remote).await?;
    enter(&front, technician_id, Way::Provider, shown, &remote, &jar).await
}
