//! `PATCH /api/v1/customers/{customer_id}`: changes a customer.

use axum::Json;
use axum::extract::State;
use broker_config::{CustomerId, Line, PolicyId};
use serde::Deserialize;
use store::assets::AssetsUnder;
use store::customers::CustomerChange;
use utoipa::ToSchema;

use super::list_customers::Customer;
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
pub(crate) struct ChangeCustomer {
    /// Another name.
    name: Option<Line>,
    /// Another policy; none when null.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<PolicyId>)]
    policy_id: Option<Option<PolicyId>>,
}

/// Changes a customer. Its devices are told when its policy changes.
#[utoipa::path(
    patch,
    path = "/api/v1/customers/{customer_id}",
    tag = "customers",
    params(("customer_id" = CustomerId, Path, description = "Which customer.")),
    request_body = ChangeCustomer,
    responses(
        (status = 200, body = Customer),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-customer` or `/problems/no-such-policy`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn change_customer(
    State(front): State<Front>,
    _may: May<ManageDirectory>,
    Path(customer_id): Path<CustomerId>,
    Body(asked): Body<ChangeCustomer>,
) -> Result<Json<Customer>, Problem> {
    let change = CustomerChange { name: asked.name, policy_id: asked.policy_id };
    let before = store::customers::one(front.db(), customer_id).await?.ok_or(Problem::NoSuch(Thing::Customer))?;
    store::customers::change(front.db(), customer_id, &change).await?;
    let after = store::customers::one(front.db(), customer_id).await?.ok_or(Problem::NoSuch(Thing::Customer))?;

    if before.policy_id != after.policy_id {
        menu::tell_devices(&front, AssetsUnder::Customer(customer_id));
    }
    Ok(Json(after.into()))
}
