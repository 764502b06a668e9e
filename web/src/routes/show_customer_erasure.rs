//! `GET /api/v1/customers/{customer_id}/erasure`: how far the erasure of a business supported is.

use axum::Json;
use axum::extract::State;
use broker_config::CustomerId;
use store::data_subjects::DataSubject;

use crate::erasure::{self, LastErasure};
use crate::extract::Path;
use crate::front::Front;
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;
use crate::signed_in::SignedIn;

/// Shows the last erasure of a customer, and how far it is.
#[utoipa::path(
    get,
    path = "/api/v1/customers/{customer_id}/erasure",
    tag = "privacy",
    params(("customer_id" = CustomerId, Path, description = "Which customer.")),
    responses(
        (status = 200, body = LastErasure),
        (status = 404, description = "`/problems/no-such-customer`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn show_customer_erasure(
    State(front): State<Front>,
    _technician: SignedIn,
    Path(customer_id): Path<CustomerId>,
) -> Result<Json<LastErasure>, Problem> {
    store::customers::one(front.db(), customer_id).await?.ok_or(Problem::NoSuch(Thing::Customer))?;
    Ok(Json(erasure::last(&front, DataSubject::Customer(customer_id)).await?))
}
