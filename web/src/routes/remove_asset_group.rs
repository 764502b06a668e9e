//! `DELETE /api/v1/asset-groups/{asset_group_id}`: removes a group of assets.

use axum::extract::State;
use axum::http::StatusCode;
use broker_config::AssetGroupId;
use serde_json::json;

use crate::extract::Path;
use crate::front::Front;
use crate::may::{ManageDirectory, May};
use crate::menu;
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;

/// Removes a group. Its assets stay, in no group, and their devices are told.
#[utoipa::path(
    delete,
    path = "/api/v1/asset-groups/{asset_group_id}",
    tag = "assets",
    params(("asset_group_id" = AssetGroupId, Path, description = "Which group.")),
    responses(
        (status = 204),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-asset-group`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn remove_asset_group(
    State(front): State<Front>,
    May { technician, .. }: May<ManageDirectory>,
    Path(asset_group_id): Path<AssetGroupId>,
) -> Result<StatusCode, Problem> {
    let mut transaction = front.db().begin().await?;
    let left = store::asset_groups::remove(&mut transaction, asset_group_id).await?;
    let left = left.ok_or(Problem::NoSuch(Thing::AssetGroup))?;
    let deed = technician.does("asset_group.removed", ("asset_group", asset_group_id), json!({}));
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;

    menu::tell_these_devices(&front, left);
    Ok(StatusCode::NO_CONTENT)
}
