//! `GET /api/v1/sign-in-ways`: how one signs in here.

use axum::Json;
use axum::extract::State;
use broker_config::Line;
use serde::Serialize;
use utoipa::ToSchema;

use crate::front::Front;

/// How one signs in here.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignInWays {
    /// With a password.
    password: bool,
    /// By way of the provider of this name, if there is one: `begin_provider_sign_in`.
    provider: Option<Line>,
}

/// Says how one signs in here. It needs no session.
#[utoipa::path(
    get,
    path = "/api/v1/sign-in-ways",
    tag = "session",
    responses((status = 200, body = SignInWays)),
)]
pub(crate) async fn show_sign_in_ways(State(front): State<Front>) -> Json<SignInWays> {
    let provider = front.settings().provider.as_ref().map(|provider| provider.settings().name.clone());
    Json(SignInWays { password: front.settings().password_sign_in, provider })
}
