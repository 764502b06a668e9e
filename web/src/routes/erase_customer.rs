//! `POST /api/v1/customers/{customer_id}/erasure`: erases what is kept of a business supported.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use broker_config::CustomerId;
use store::data_subjects::DataSubject;

use crate::erasure::{self, EraseRequest, Erasure};
use crate::extract::{Body, Path};
use crate::front::Front;
use crate::may::{EraseData, May};
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;

/// Erases a customer for good: the name at once, and its enrolment keys end; then, in the background, the names of its contacts and assets, what was said
/// in the chats of its assets, on the broker as well, what was told of these chats, and what its tickets say. Open chats are closed. Ids, times and
/// numbers stay. Its devices stay enrolled.
#[utoipa::path(
    post,
    path = "/api/v1/customers/{customer_id}/erasure",
    tag = "privacy",
    params(("customer_id" = CustomerId, Path, description = "Which customer.")),
    request_body = EraseRequest,
    responses(
        (status = 202, description = "It has begun, and goes on by itself.", body = Erasure),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-customer`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/other-name`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn erase_customer(
    State(front): State<Front>,
    May { technician, .. }: May<EraseData>,
    Path(customer_id): Path<CustomerId>,
    Body(asked): Body<EraseRequest>,
) -> Result<(StatusCode, Json<Erasure>), Problem> {
    let customer = store::customers::one(front.db(), customer_id).await?.ok_or(Problem::NoSuch(Thing::Customer))?;
    let subject = DataSubject::Customer(customer_id);
    let erasure = erasure::request(&front, &technician, subject, &customer.name, &asked).await?;
    Ok((StatusCode::ACCEPTED, Json(erasure)))
}
