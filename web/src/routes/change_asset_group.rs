//! `PATCH /api/v1/asset-groups/{asset_group_id}`: changes a group of assets.

use axum::Json;
use axum::extract::State;
use broker_config::{AssetGroupId, Line, PolicyId};
use serde::Deserialize;
use serde_json::json;
use store::asset_groups::AssetGroupChange;
use store::assets::AssetsUnder;
use utoipa::ToSchema;

use super::list_asset_groups::AssetGroup;
use crate::extract::{Body, Path, present};
use crate::front::Front;
use crate::may::{ManageDirectory, May};
use crate::menu;
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;

/// What to change; what is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "absent, null and an id are three things")]
pub(crate) struct ChangeAssetGroup {
    /// Another name.
    name: Option<Line>,
    /// Another policy; none when null.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<PolicyId>)]
    policy_id: Option<Option<PolicyId>>,
}

/// Changes a group. Its devices are told when its policy changes.
#[utoipa::path(
    patch,
    path = "/api/v1/asset-groups/{asset_group_id}",
    tag = "assets",
    params(("asset_group_id" = AssetGroupId, Path, description = "Which group.")),
    request_body = ChangeAssetGroup,
    responses(
        (status = 200, body = AssetGroup),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-asset-group` or `/problems/no-such-policy`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn change_asset_group(
    State(front): State<Front>,
    May { technician, .. }: May<ManageDirectory>,
    Path(asset_group_id): Path<AssetGroupId>,
    Body(asked): Body<ChangeAssetGroup>,
) -> Result<Json<AssetGroup>, Problem> {
    let change = AssetGroupChange { name: asked.name, policy_id: asked.policy_id };
    let before = store::asset_groups::one(front.db(), asset_group_id).await?;
    let before = before.ok_or(Problem::NoSuch(Thing::AssetGroup))?;
    let mut transaction = front.db().begin().await?;
    store::asset_groups::change(&mut *transaction, asset_group_id, &change).await?;
    let after = store::asset_groups::one(&mut *transaction, asset_group_id).await?;
    let after = after.ok_or(Problem::NoSuch(Thing::AssetGroup))?;
    let details = json!({
        "is_renamed": before.name != after.name,
        "before": { "policy_id": before.policy_id },
        "now": { "policy_id": after.policy_id },
    });
    let deed = technician.does("asset_group.changed", ("asset_group", asset_group_id), details);
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;

    if before.policy_id != after.policy_id {
        menu::tell_devices(&front, AssetsUnder::AssetGroup(asset_group_id));
    }
    Ok(Json(after.into()))
}
