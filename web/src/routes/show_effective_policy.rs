//! `GET /api/v1/assets/{asset_id}/policy`: what holds for a managed device, and whence.

use axum::Json;
use axum::extract::State;
use broker_config::AssetId;
use store::policies::EffectivePolicy;

use crate::extract::Path;
use crate::front::Front;
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;
use crate::signed_in::SignedIn;

/// Shows what holds for an asset: each setting from the nearest policy that sets it, with that policy.
#[utoipa::path(
    get,
    path = "/api/v1/assets/{asset_id}/policy",
    tag = "policies",
    params(("asset_id" = AssetId, Path, description = "Which asset.")),
    responses(
        (status = 200, body = EffectivePolicy),
        (status = 404, description = "`/problems/no-such-asset`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn show_effective_policy(
    State(front): State<Front>,
    _technician: SignedIn,
    Path(asset_id): Path<AssetId>,
) -> Result<Json<EffectivePolicy>, Problem> {
    let effective = store::policies::effective(front.db(), asset_id).await?;
    Ok(Json(effective.ok_or(Problem::NoSuch(Thing::Asset))?))
}
