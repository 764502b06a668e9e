//! `GET /api/v1/policies`: the settings for assets.

use axum::Json;
use axum::extract::State;
use broker_config::{Line, Menu, PolicyId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::front::Front;
use crate::problem::Problem;
use crate::shape::ProblemDetails;
use crate::signed_in::SignedIn;

/// Every policy.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PolicyList {
    /// The policies, by name.
    policies: Vec<Policy>,
}

/// Settings for assets.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "one name per thing everywhere")]
pub(crate) struct Policy {
    /// Which.
    pub policy_id: PolicyId,
    /// Its name.
    pub name: Line,
    /// The system tray menu.
    pub menu: Menu,
}

/// Lists every policy.
#[utoipa::path(
    get,
    path = "/api/v1/policies",
    tag = "policies",
    responses(
        (status = 200, body = PolicyList),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn list_policies(
    State(front): State<Front>,
    _technician: SignedIn,
) -> Result<Json<PolicyList>, Problem> {
    let rows = store::policies::all(front.db()).await?;
    let policies = rows.into_iter().map(|row| Policy { policy_id: row.policy_id, name: row.name, menu: row.menu.0 });
    Ok(Json(PolicyList { policies: policies.collect() }))
}
