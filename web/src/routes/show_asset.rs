//! `GET /api/v1/assets/{asset_id}`: one managed device.

use axum::Json;
use axum::extract::State;
use broker_config::AssetId;

use crate::extract::Path;
use crate::front::Front;
use crate::problem::{Problem, Thing};
use crate::shape::{AssetShape, ProblemDetails};
use crate::signed_in::SignedIn;

/// Shows one asset.
#[utoipa::path(
    get,
    path = "/api/v1/assets/{asset_id}",
    tag = "assets",
    params(("asset_id" = AssetId, Path, description = "Which asset.")),
    responses(
        (status = 200, body = AssetShape),
        (status = 404, description = "`/problems/no-such-asset`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn show_asset(
    State(front): State<Front>,
    _technician: SignedIn,
    Path(asset_id): Path<AssetId>,
) -> Result<Json<AssetShape>, Problem> {
    let asset = store::assets::one(front.db(), asset_id).await?;
    Ok(Json(asset.ok_or(Problem::NoSuch(Thing::Asset))?.into()))
}
