//! `GET /api/v1/customers/{customer_id}`: one business supported.

use axum::Json;
use axum::extract::State;
use broker_config::CustomerId;

use super::list_customers::Customer;
use crate::extract::Path;
use crate::front::Front;
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;
use crate::signed_in::SignedIn;

/// Shows one customer.
#[utoipa::path(
    get,
    path = "/api/v1/customers/{customer_id}",
    tag = "customers",
    params(("customer_id" = CustomerId, Path, description = "Which customer.")),
    responses(
        (status = 200, body = Customer),
        (status = 404, description = "`/problems/no-such-customer`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn show_customer(
    State(front): State<Front>,
    _technician: SignedIn,
    Path(customer_id): Path<CustomerId>,
) -> Result<Json<Customer>, Problem> {
    let customer = store::customers::one(front.db(), customer_id).await?;
    Ok(Json(customer.ok_or(Problem::NoSuch(Thing::Customer))?.into()))
}
