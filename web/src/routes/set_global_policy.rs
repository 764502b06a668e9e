//! `PUT /api/v1/installation/policy`: makes another policy the one of every asset.

use axum::Json;
use axum::extract::State;
use store::assets::AssetsUnder;

use super::show_global_policy::GlobalPolicy;
use crate::extract::Body;
use crate::front::Front;
use crate::may::{ManagePolicies, May};
use crate::menu;
use crate::problem::Problem;
use crate::shape::ProblemDetails;

/// Makes another policy the one of every asset. All devices are told.
#[utoipa::path(
    put,
    path = "/api/v1/installation/policy",
    tag = "policies",
    request_body = GlobalPolicy,
    responses(
        (status = 200, body = GlobalPolicy),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-policy`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn set_global_policy(
    State(front): State<Front>,
    _may: May<ManagePolicies>,
    Body(asked): Body<GlobalPolicy>,
) -> Result<Json<GlobalPolicy>, Problem> {
    if store::installation::set_global_policy(front.db(), asked.policy_id).await? {
        menu::tell_devices(&front, AssetsUnder::Installation);
    }
    Ok(Json(asked))
}
