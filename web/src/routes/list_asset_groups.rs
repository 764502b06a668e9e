//! `GET /api/v1/asset-groups`: the groups of assets.

use axum::Json;
use axum::extract::State;
use broker_config::{AssetGroupId, CustomerId, Line, PolicyId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::cursor;
use crate::extract::Query;
use crate::front::Front;
use crate::problem::Problem;
use crate::shape::ProblemDetails;
use crate::signed_in::SignedIn;

/// Which groups.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListAssetGroups {
    /// Only those that take assets of this customer.
    customer_id: Option<CustomerId>,
    /// Only those with this in their name; in any case.
    search: Option<String>,
    /// How many at most; 50 when absent, never more than 200.
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A page of groups, by name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AssetGroupPage {
    /// The groups.
    asset_groups: Vec<AssetGroup>,
    /// Where the next page begins, if there is one.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// Assets that are set up together.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "one name per thing everywhere")]
pub(crate) struct AssetGroup {
    /// Which.
    pub asset_group_id: AssetGroupId,
    /// The business whose assets it takes; those of any when null.
    #[schema(required)]
    pub customer_id: Option<CustomerId>,
    /// Its name.
    pub name: Line,
    /// The settings of its assets, which come before those of their customer and the installation.
    #[schema(required)]
    pub policy_id: Option<PolicyId>,
}

/// Lists groups of assets.
#[utoipa::path(
    get,
    path = "/api/v1/asset-groups",
    tag = "assets",
    params(ListAssetGroups),
    responses(
        (status = 200, body = AssetGroupPage),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn list_asset_groups(
    State(front): State<Front>,
    _technician: SignedIn,
    Query(asked): Query<ListAssetGroups>,
) -> Result<Json<AssetGroupPage>, Problem> {
    let page = cursor::named_page(asked.search, asked.limit, asked.cursor.as_deref())?;
    let mut rows = store::asset_groups::page(front.db(), asked.customer_id, &page).await?;

    let next_cursor = cursor::cut(&mut rows, page.limit, |row| (row.name.clone(), row.asset_group_id.uuid()));
    Ok(Json(AssetGroupPage { asset_groups: rows.into_iter().map(AssetGroup::from).collect(), next_cursor }))
}

impl From<store::asset_groups::AssetGroup> for AssetGroup {
    fn from(row: store::asset_groups::AssetGroup) -> Self {
        let store::asset_groups::AssetGroup { asset_group_id, customer_id, name, policy_id } = row;
        Self { asset_group_id, customer_id, name, policy_id }
    }
}
