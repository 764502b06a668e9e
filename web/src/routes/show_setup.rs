//! `GET /api/v1/setup`: whether the installation is still to be set up.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::front::Front;
use crate::problem::Problem;
use crate::shape::ProblemDetails;

/// Whether the installation is still to be set up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Setup {
    /// Whether nobody can sign in yet.
    is_needed: bool,
}

/// Says whether the installation waits for its first administrator.
#[utoipa::path(
    get,
    path = "/api/v1/setup",
    tag = "setup",
    responses(
        (status = 200, body = Setup),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn show_setup(State(front): State<Front>) -> Result<Json<Setup>, Problem> {
    Ok(Json(Setup { is_needed: store::setup::is_needed(front.db()).await? }))
}
