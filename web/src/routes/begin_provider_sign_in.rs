//! `GET /api/v1/session/provider`: a technician goes to the provider.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use store::provider_sign_ins::OnTheWay;

use crate::attempts;
use crate::front::Front;
use crate::oidc;
use crate::problem::Problem;
use crate::remote::Remote;
use crate::secret::Secret;
use crate::shape::ProblemDetails;

use super::finish_provider_sign_in::refused;

/// Sends a browser to the provider. It is a link, not a call: the answer leads there, or to the sign-in page with `refused=provider-away`.
#[utoipa::path(
    get,
    path = "/api/v1/session/provider",
    tag = "session",
    responses(
        (status = 303, description = "To the provider."),
        (status = 404, description = "`/problems/no-such-provider`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-attempts`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn begin_provider_sign_in(State(front): State<Front>, remote: Remote) -> Result<Response, Problem> {
    let provider = front.provider()?;
    let way = match provider.way(front.now()).await {
        Ok(way) => way,
        Err(refusal) => return Ok(refused(&front, &refusal)),
    };
    attempts::at_provider(&front, &remote).await?;
    let browser = Secret::new("");
    let on_the_way = OnTheWay {
        browser_hash: browser.hash(),
        state_hash: Secret::hash_of(way.state.secret()),
        nonce: way.nonce.secret(),
        code_verifier: way.code_verifier.secret(),
    };
    store::provider_sign_ins::begin(front.db(), &on_the_way, oidc::LASTS).await?;
    let cookie = oidc::cookie(&browser, front.settings().is_https);
    let headers = AppendHeaders([(header::LOCATION, way.address), (header::SET_COOKIE, cookie)]);
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}
