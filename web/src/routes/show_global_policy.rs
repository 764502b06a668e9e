//! `GET /api/v1/installation/policy`: the policy of every asset.

use axum::Json;
use axum::extract::State;
use broker_config::PolicyId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::front::Front;
use crate::problem::Problem;
use crate::shape::ProblemDetails;
use crate::signed_in::SignedIn;

/// The policy that holds where no nearer one says anything.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GlobalPolicy {
    /// Which.
    pub policy_id: PolicyId,
}

/// Shows which policy is the one of every asset.
#[utoipa::path(
    get,
    path = "/api/v1/installation/policy",
    tag = "policies",
    responses(
        (status = 200, body = GlobalPolicy),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn show_global_policy(
    State(front): State<Front>,
    _technician: SignedIn,
) -> Result<Json<GlobalPolicy>, Problem> {
    let policy_id = store::installation::global_policy(front.db()).await?;
    Ok(Json(GlobalPolicy { policy_id }))
}
