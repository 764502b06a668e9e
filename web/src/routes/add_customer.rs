//! `POST /api/v1/customers`: adds a customer.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use broker_config::Line;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::list_customers::Customer;
use crate::extract::Body;
use crate::front::Front;
use crate::may::{ManageDirectory, May};
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;

/// A new customer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddCustomer {
    /// Its name.
    name: Line,
}

/// Adds a customer.
#[utoipa::path(
    post,
    path = "/api/v1/customers",
    tag = "customers",
    request_body = AddCustomer,
    responses(
        (status = 201, body = Customer),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn add_customer(
    State(front): State<Front>,
    May { technician, .. }: May<ManageDirectory>,
    Body(asked): Body<AddCustomer>,
) -> Result<(StatusCode, Json<Customer>), Problem> {
    let mut transaction = front.db().begin().await?;
    let customer_id = store::customers::add(&mut *transaction, &asked.name).await?;
    let added = store::customers::one(&mut *transaction, customer_id).await?;
    let added = added.ok_or(Problem::NoSuch(Thing::Customer))?;
    let deed = technician.does("customer.added", ("customer", customer_id), json!({}));
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    Ok((StatusCode::CREATED, Json(added.into())))
}
