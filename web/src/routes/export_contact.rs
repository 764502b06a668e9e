//! `GET /api/v1/contacts/{contact_id}/export`: everything that is kept of a person at a customer, as a file.

use axum::extract::State;
use axum::response::Response;
use broker_config::ContactId;
use store::data_subjects::DataSubject;

use crate::export;
use crate::extract::Path;
use crate::front::Front;
use crate::may::{ExportData, May};
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;

/// Exports everything that Trayline keeps of a contact: one JSON object per line, in the order of docs/privacy.md, the last one `{"type":"end"}` with the number
/// of lines before it. That it was exported is noted in the audit log.
#[utoipa::path(
    get,
    path = "/api/v1/contacts/{contact_id}/export",
    tag = "privacy",
    params(("contact_id" = ContactId, Path, description = "Which contact.")),
    responses(
        (status = 200, description = "One JSON object per line; `type` says what it is.", body = String, content_type = "application/x-ndjson"),
        (status = 403, description = "`/problems/no-chat-rights` or `/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-contact`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn export_contact(
    State(front): State<Front>,
    May { technician, .. }: May<ExportData>,
    Path(contact_id): Path<ContactId>,
) -> Result<Response, Problem> {
    store::contacts::one(front.db(), contact_id).await?.ok_or(Problem::NoSuch(Thing::Contact))?;
    export::answer(&front, &technician, DataSubject::Contact(contact_id)).await
}
