//! `POST /api/v1/policies`: adds a policy.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use broker_config::{Line, Menu};
use serde::Deserialize;
use utoipa::ToSchema;

use super::list_policies::Policy;
use crate::extract::Body;
use crate::front::Front;
use crate::menu;
use crate::problem::Problem;
use crate::shape::ProblemDetails;
use crate::signed_in::SignedIn;

/// A policy, as it shall be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WritePolicy {
    /// Its name.
    pub name: Line,
    /// The system tray menu.
    pub menu: Menu,
}

/// Adds a policy.
#[utoipa::path(
    post,
    path = "/api/v1/policies",
    tag = "policies",
    request_body = WritePolicy,
    responses(
        (status = 201, body = Policy),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn add_policy(
    State(front): State<Front>,
    _technician: SignedIn,
    Body(asked): Body<WritePolicy>,
) -> Result<(StatusCode, Json<Policy>), Problem> {
    let WritePolicy { name, menu } = asked;
    menu::check(&menu)?;
    let policy_id = store::policies::add(front.db(), &name, &menu).await?;
    Ok((StatusCode::CREATED, Json(Policy { policy_id, name, menu })))
}
