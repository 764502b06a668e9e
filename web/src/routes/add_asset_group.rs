//! `POST /api/v1/asset-groups`: adds a group of assets.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use broker_config::{AssetGroupId, CustomerId, Line, PolicyId};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::list_asset_groups::AssetGroup;
use crate::extract::Body;
use crate::front::Front;
use crate::may::{ManageDirectory, May};
use crate::problem::Problem;
use crate::shape::ProblemDetails;

/// A new group.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddAssetGroup {
    /// Its name.
    name: Line,
    /// The business whose assets it takes; those of any when absent.
    customer_id: Option<CustomerId>,
    /// The settings of its assets.
    policy_id: Option<PolicyId>,
}

/// Adds a group of assets.
#[utoipa::path(
    post,
    path = "/api/v1/asset-groups",
    tag = "assets",
    request_body = AddAssetGroup,
    responses(
        (status = 201, body = AssetGroup),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-customer` or `/problems/no-such-policy`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn add_asset_group(
    State(front): State<Front>,
    May { technician, .. }: May<ManageDirectory>,
    Body(asked): Body<AddAssetGroup>,
) -> Result<(StatusCode, Json<AssetGroup>), Problem> {
    let AddAssetGroup { name, customer_id, policy_id } = asked;
    let group = store::asset_groups::AssetGroup { asset_group_id: AssetGroupId::new(), customer_id, name, policy_id };
    let mut transaction = front.db().begin().await?;
    store::asset_groups::add(&mut *transaction, &group).await?;
    let details = json!({ "customer_id": customer_id, "policy_id": policy_id });
    let deed = technician.does("asset_group.added", ("asset_group", group.asset_group_id), details);
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    Ok((StatusCode::CREATED, Json(group.into())))
}
