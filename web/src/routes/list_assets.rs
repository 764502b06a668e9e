//! `GET /api/v1/assets`: the managed devices.

use axum::Json;
use axum::extract::State;
use broker_config::{ContactId, CustomerId};
use serde::{Deserialize, Serialize};
use store::assets::AssetFilter;
use utoipa::{IntoParams, ToSchema};

use crate::cursor::{self, NameSort};
use crate::extract::Query;
use crate::front::Front;
use crate::problem::Problem;
use crate::shape::{AssetShape, ProblemDetails};
use crate::signed_in::SignedIn;

/// Which assets.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListAssets {
    /// Only those of this customer.
    customer_id: Option<CustomerId>,
    /// Only those that this contact uses.
    contact_id: Option<ContactId>,
    /// Only those with this in their name; in any case.
    search: Option<String>,
    /// Which name comes first; `name`, from A to Z, when absent.
    #[param(inline)]
    sort: Option<NameSort>,
    /// How many at most; 50 when absent, never more than 200.
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A page of assets, by name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AssetPage {
    /// The assets.
    assets: Vec<AssetShape>,
    /// Where the next page begins, if there is one.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// Lists assets.
#[utoipa::path(
    get,
    path = "/api/v1/assets",
    tag = "assets",
    params(ListAssets),
    responses(
        (status = 200, body = AssetPage),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn list_assets(
    State(front): State<Front>,
    _technician: SignedIn,
    Query(asked): Query<ListAssets>,
) -> Result<Json<AssetPage>, Problem> {
    let page = cursor::named_page(asked.search, asked.limit, asked.cursor.as_deref())?;
    let filter = AssetFilter { customer_id: asked.customer_id, contact_id: asked.contact_id };
    let order = asked.sort.unwrap_or_default().into();
    let asset_ids = store::assets::page(front.db(), filter, order, &page).await?;
    let mut rows = store::assets::by_ids(front.db(), &asset_ids).await?;

    let next_cursor = cursor::cut(&mut rows, page.limit, |row| (row.name.clone(), row.asset_id.uuid()));
    Ok(Json(AssetPage { assets: rows.into_iter().map(AssetShape::from).collect(), next_cursor }))
}
