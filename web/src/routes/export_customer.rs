//! `GET /api/v1/customers/{customer_id}/export`: everything that is kept of a business supported, as a file.

use axum::extract::State;
use axum::response::Response;
use broker_config::CustomerId;
use store::data_subjects::DataSubject;

use crate::export;
use crate::extract::Path;
use crate::front::Front;
use crate::may::{ExportData, May};
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;

/// Exports everything that Trayline keeps of a customer and the people there: one JSON object per line, in the order of docs/privacy.md, the last one
/// `{"type":"end"}` with the number of lines before it. That it was exported is noted in the audit log.
#[utoipa::path(
    get,
    path = "/api/v1/customers/{customer_id}/export",
    tag = "privacy",
    params(("customer_id" = CustomerId, Path, description = "Which customer.")),
    responses(
        (status = 200, description = "One JSON object per line; `type` says what it is.", body = String, content_type = "application/x-ndjson"),
        (status = 403, description = "`/problems/no-chat-rights` or `/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-customer`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn export_customer(
    State(front): State<Front>,
    May { technician, .. }: May<ExportData>,
    Path(customer_id): Path<CustomerId>,
) -> Result<Response, Problem> {
    store::customers::one(front.db(), customer_id).await?.ok_or(Problem::NoSuch(Thing::Customer))?;
    export::answer(&front, &technician, DataSubject::Customer(customer_id)).await
}
