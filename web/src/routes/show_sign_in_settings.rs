//! `GET /api/v1/sign-in-settings`: what signing in takes.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::front::Front;
use crate::may::{ManageTechnicians, May};
use crate::problem::Problem;
use crate::shape::ProblemDetails;

/// What signing in takes.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignInSettings {
    /// Whether every technician needs an authenticator, unless the provider by way of which they come sees to a second factor.
    pub second_factor_required: bool,
}

/// Says what signing in takes.
#[utoipa::path(
    get,
    path = "/api/v1/sign-in-settings",
    tag = "technicians",
    responses(
        (status = 200, body = SignInSettings),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn show_sign_in_settings(
    State(front): State<Front>,
    _may: May<ManageTechnicians>,
) -> Result<Json<SignInSettings>, Problem> {
    let second_factor_required = store::installation::second_factor_required(front.db()).await?;
    Ok(Json(SignInSettings { second_factor_required }))
}
