//! `POST /api/v1/assets/{asset_id}/device/rotation`: an administrator has a device take another credential.

use axum::extract::State;
use axum::http::StatusCode;
use broker_config::AssetId;
use serde_json::json;

use crate::extract::Path;
use crate::front::Front;
use crate::may::{May, Operate};
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;

/// Asks an asset's device to make another key pair and take a credential for it. It does so within the hour in which it is
/// there; until a day after that, the old one is good as well.
#[utoipa::path(
    post,
    path = "/api/v1/assets/{asset_id}/device/rotation",
    tag = "devices",
    params(("asset_id" = AssetId, Path, description = "Which asset.")),
    responses(
        (status = 204),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-asset`, or `/problems/no-such-device` when no device of it has a credential that is good", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn ask_device_rotation(
    State(front): State<Front>,
    May { technician, .. }: May<Operate>,
    Path(asset_id): Path<AssetId>,
) -> Result<StatusCode, Problem> {
    store::assets::one(front.db(), asset_id).await?.ok_or(Problem::NoSuch(Thing::Asset))?;
    let mut transaction = front.db().begin().await?;
    if store::device_credentials::ask_rotation(&mut *transaction, asset_id, front.now()).await? == 0 {
        return Err(Problem::NoSuch(Thing::Device));
    }
    let deed = technician.does("device.rotation_asked", ("asset", asset_id), json!({}));
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
