//! `GET /api/v1/session/provider/return`: a technician comes back from the provider.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::extract::Query;
use crate::front::Front;
use crate::oidc::{self, Arrival, NotIn, Refusal};
use crate::problem::Problem;
use crate::remote::Remote;
use crate::shape::ProblemDetails;

/// What the provider sends the browser back with. There may be more.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProviderReturn {
    /// By which we ask the provider who it is. Without one the provider said no.
    code: Option<String>,
    /// What we sent along.
    state: Option<String>,
}

/// Begins a session of whoever the provider says it is. The answer leads to the first page; to the sign-in page with `code=needed` when
/// `confirm_provider_sign_in` must have a code of their authenticator, or with `refused=…` when they do not come in.
#[utoipa::path(
    get,
    path = "/api/v1/session/provider/return",
    tag = "session",
    params(ProviderReturn),
    responses(
        (status = 303, description = "To a page.", headers(("set-cookie" = String, description = "The session."))),
        (status = 404, description = "`/problems/no-such-provider`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn finish_provider_sign_in(
    State(front): State<Front>,
    remote: Remote,
    jar: CookieJar,
    Query(asked): Query<ProviderReturn>,
) -> Result<Response, Problem> {
    let is_https = front.settings().is_https;
    match oidc::arrive(&front, &remote, &jar, asked.state, asked.code).await {
        Ok(Arrival::In { session }) => Ok(to("/", [session, oidc::no_cookie(is_https)])),
        Ok(Arrival::Waits { browser }) => Ok(to("/sign-in?code=needed", [oidc::cookie(&browser, is_https)])),
        Err(NotIn::Refused(refusal)) => Ok(refused(&front, &refusal)),
        Err(NotIn::Failed(problem)) => Err(problem),
    }
}

/// Leads to the sign-in page, which says why somebody did not come in.
pub(super) fn refused(front: &Front, refusal: &Refusal) -> Response {
    tracing::warn!(error = refusal as &dyn std::error::Error, "somebody did not come in by way of the provider");
    to(&format!("/sign-in?refused={}", refusal.slug()), [oidc::no_cookie(front.settings().is_https)])
}

fn to<const COOKIES: usize>(address: &str, cookies: [String; COOKIES]) -> Response {
    let cookies = AppendHeaders(cookies.map(|cookie| (header::SET_COOKIE, cookie)));
    (StatusCode::SEE_OTHER, [(header::LOCATION, address)], cookies).into_response()
}
