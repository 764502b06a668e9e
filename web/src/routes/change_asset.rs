//! `PATCH /api/v1/assets/{asset_id}`: changes a managed device.

use axum::Json;
use axum::extract::State;
use broker_config::{AssetGroupId, AssetId, ContactId, Line, PolicyId};
use serde::Deserialize;
use serde_json::json;
use store::assets::{Asset, AssetChange};
use utoipa::ToSchema;

use crate::extract::{Body, Path, present};
use crate::front::Front;
use crate::may::{ManageDirectory, May};
use crate::menu;
use crate::problem::{Problem, Thing};
use crate::shape::{AssetShape, ProblemDetails};

/// What to change; what is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "absent, null and an id are three things")]
pub(crate) struct ChangeAsset {
    /// Another name.
    name: Option<Line>,
    /// Another contact of the same customer; nobody when null.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<ContactId>)]
    contact_id: Option<Option<ContactId>>,
    /// Another group that takes assets of its customer; none when null.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<AssetGroupId>)]
    asset_group_id: Option<Option<AssetGroupId>>,
    /// Another policy of its own; none when null.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<PolicyId>)]
    policy_id: Option<Option<PolicyId>>,
}

/// Changes an asset. A device whose policies change is told.
#[utoipa::path(
    patch,
    path = "/api/v1/assets/{asset_id}",
    tag = "assets",
    params(("asset_id" = AssetId, Path, description = "Which asset.")),
    request_body = ChangeAsset,
    responses(
        (status = 200, body = AssetShape),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-asset`, `/problems/no-such-contact`, `/problems/no-such-asset-group` or `/problems/no-such-policy`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn change_asset(
    State(front): State<Front>,
    May { technician, .. }: May<ManageDirectory>,
    Path(asset_id): Path<AssetId>,
    Body(asked): Body<ChangeAsset>,
) -> Result<Json<AssetShape>, Problem> {
    let ChangeAsset { name, contact_id, asset_group_id, policy_id } = asked;
    let change = AssetChange { name, contact_id, asset_group_id, policy_id };
    let before = store::assets::one(front.db(), asset_id).await?.ok_or(Problem::NoSuch(Thing::Asset))?;
    if let Some(contact_id) = change.contact_id.flatten()
        && !store::contacts::is_of(front.db(), contact_id, before.customer_id).await?
    {
        return Err(Problem::NoSuch(Thing::Contact));
    }
    if let Some(asset_group_id) = change.asset_group_id.flatten() {
        let group = store::asset_groups::one(front.db(), asset_group_id).await?;
        let takes_it = group.filter(|group| group.customer_id.is_none_or(|of| of == before.customer_id));
        takes_it.ok_or(Problem::NoSuch(Thing::AssetGroup))?;
    }
    let mut transaction = front.db().begin().await?;
    store::assets::change(&mut *transaction, asset_id, &change).await?;
    let after = store::assets::one(&mut *transaction, asset_id).await?.ok_or(Problem::NoSuch(Thing::Asset))?;
    let ids = |asset: &Asset| {
        json!({
            "contact_id": asset.contact_id,
            "asset_group_id": asset.asset_group_id,
            "policy_id": asset.policy_id,
        })
    };
    let details = json!({ "is_renamed": before.name != after.name, "before": ids(&before), "now": ids(&after) });
    store::audit::record(&mut *transaction, &technician.does("asset.changed", ("asset", asset_id), details)).await?;
    transaction.commit().await?;

    if (before.policy_id, before.asset_group_id) != (after.policy_id, after.asset_group_id) {
        menu::tell_device(&front, asset_id).await?;
    }
    Ok(Json(after.into()))
}
