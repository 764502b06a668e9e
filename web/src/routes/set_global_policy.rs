//! `PUT /api/v1/installation/policy`: makes another policy the one of every asset.

use axum::Json;
use axum::extract::State;
use serde_json::json;
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
    May { technician, .. }: May<ManagePolicies>,
    Body(asked): Body<GlobalPolicy>,
) -> Result<Json<GlobalPolicy>, Problem> {
    let mut transaction = front.db().begin().await?;
    let is_changed = store::installation::set_global_policy(&mut *transaction, asked.policy_id).await?;
    if is_changed {
        let deed = technician.does("policy.made_global", ("policy", asked.policy_id), json!({}));
        store::audit::record(&mut *transaction, &deed).await?;
    }
    transaction.commit().await?;
    if is_changed {
        menu::tell_devices(&front, AssetsUnder::Installation);
    }
    Ok(Json(asked))
}
