//! `GET /api/v1/customers`: the businesses supported.

use axum::Json;
use axum::extract::State;
use broker_config::{CustomerId, Line, PolicyId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::cursor::{self, NameSort};
use crate::extract::Query;
use crate::front::Front;
use crate::problem::Problem;
use crate::shape::ProblemDetails;
use crate::signed_in::SignedIn;

/// Which customers.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListCustomers {
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

/// A page of customers, by name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CustomerPage {
    /// The customers.
    customers: Vec<Customer>,
    /// Where the next page begins, if there is one.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// A business supported.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "one name per thing everywhere")]
pub(crate) struct Customer {
    /// Which.
    pub customer_id: CustomerId,
    /// Its name.
    pub name: Line,
    /// The settings of its assets, which come before those of the installation.
    #[schema(required)]
    pub policy_id: Option<PolicyId>,
    /// After how many months its chats are forgotten once they have ended, for good: 0 for never; null for what is usual in this installation.
    #[schema(required)]
    pub retention_months: Option<i32>,
    /// How many contacts it has.
    pub contacts: u64,
    /// How many assets it has.
    pub assets: u64,
    /// How many of its assets have an open chat.
    pub open_chats: u64,
}

impl From<store::customers::Customer> for Customer {
    fn from(row: store::customers::Customer) -> Self {
        Self {
            customer_id: row.customer_id,
            name: row.name,
            policy_id: row.policy_id,
            retention_months: row.retention_months,
            contacts: row.contacts.cast_unsigned(),
            assets: row.assets.cast_unsigned(),
            open_chats: row.open_chats.cast_unsigned(),
        }
    }
}

/// Lists customers.
#[utoipa::path(
    get,
    path = "/api/v1/customers",
    tag = "customers",
    params(ListCustomers),
    responses(
        (status = 200, body = CustomerPage),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn list_customers(
    State(front): State<Front>,
    _technician: SignedIn,
    Query(asked): Query<ListCustomers>,
) -> Result<Json<CustomerPage>, Problem> {
    let page = cursor::named_page(asked.search, asked.limit, asked.cursor.as_deref())?;
    let order = asked.sort.unwrap_or_default().into();
    let customer_ids = store::customers::page(front.db(), order, &page).await?;
    let mut rows = store::customers::by_ids(front.db(), &customer_ids).await?;

    let next_cursor = cursor::cut(&mut rows, page.limit, |row| (row.name.clone(), row.customer_id.uuid()));
    Ok(Json(CustomerPage { customers: rows.into_iter().map(Customer::from).collect(), next_cursor }))
}
