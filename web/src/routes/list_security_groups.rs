//! `GET /api/v1/security-groups`: the groups of technicians, and what their members may do.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::front::Front;
use crate::problem::Problem;
use crate::shape::{ProblemDetails, SecurityGroupShape};
use crate::signed_in::SignedIn;

/// Every security group.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SecurityGroupList {
    /// The groups, by name.
    security_groups: Vec<SecurityGroupShape>,
}

/// Lists every security group.
#[utoipa::path(
    get,
    path = "/api/v1/security-groups",
    tag = "technicians",
    responses(
        (status = 200, body = SecurityGroupList),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn list_security_groups(
    State(front): State<Front>,
    _technician: SignedIn,
) -> Result<Json<SecurityGroupList>, Problem> {
    let groups = store::security_groups::all(front.db()).await?;
    Ok(Json(SecurityGroupList { security_groups: groups.into_iter().map(SecurityGroupShape::from).collect() }))
}
