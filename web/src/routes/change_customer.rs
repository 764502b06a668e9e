//! `PATCH /api/v1/customers/{customer_id}`: changes a customer.

use axum::Json;
use axum::extract::State;
use broker_config::{CustomerId, Line, PolicyId};
use serde::Deserialize;
use serde_json::json;
use store::assets::AssetsUnder;
use store::customers::CustomerChange;
use store::rights::Right;
use utoipa::ToSchema;

use super::list_customers::Customer;
use crate::extract::{Body, Path, present};
use crate::front::Front;
use crate::may::{ManageDirectory, May};
use crate::menu;
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;

/// The longest retention: a hundred years.
const MAX_MONTHS: i32 = 1200;

/// What to change; what is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "absent, null and a value are three things")]
pub(crate) struct ChangeCustomer {
    /// Another name.
    name: Option<Line>,
    /// Another policy; none when null.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<PolicyId>)]
    policy_id: Option<Option<PolicyId>>,
    /// After how many months its chats are forgotten once they have ended, for good: 0 for never; what is usual in this installation when null. It
    /// takes the right `operate` as well.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 1200)]
    retention_months: Option<Option<i32>>,
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
    May { technician, .. }: May<ManageDirectory>,
    Path(customer_id): Path<CustomerId>,
    Body(asked): Body<ChangeCustomer>,
) -> Result<Json<Customer>, Problem> {
    let ChangeCustomer { name, policy_id, retention_months } = asked;
    if retention_months.is_some() {
        technician.demand(Right::Operate)?;
    }
    if retention_months.flatten().is_some_and(|months| !(0..=MAX_MONTHS).contains(&months)) {
        return Err(Problem::Malformed(format!("retention_months is from 0 to {MAX_MONTHS}")));
    }
    let change = CustomerChange { name, policy_id, retention_months };
    let mut transaction = front.db().begin().await?;
    let before = store::customers::one(&mut *transaction, customer_id).await?;
    let before = before.ok_or(Problem::NoSuch(Thing::Customer))?;
    store::customers::change(&mut *transaction, customer_id, &change).await?;
    let after = store::customers::one(&mut *transaction, customer_id).await?;
    let after = after.ok_or(Problem::NoSuch(Thing::Customer))?;
    // The log is never changed, so it has no names of those who may want to be forgotten.
    let details = json!({
        "is_renamed": before.name != after.name,
        "before": { "policy_id": before.policy_id, "retention_months": before.retention_months },
        "now": { "policy_id": after.policy_id, "retention_months": after.retention_months },
    });
    let deed = technician.does("customer.changed", ("customer", customer_id), details);
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;

    if before.policy_id != after.policy_id {
        menu::tell_devices(&front, AssetsUnder::Customer(customer_id));
    }
    Ok(Json(after.into()))
}
