//! `POST /api/v1/contacts/{contact_id}/erasure`: erases what is kept of a person at a customer.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use broker_config::ContactId;
use store::data_subjects::DataSubject;

use crate::erasure::{self, EraseRequest, Erasure};
use crate::extract::{Body, Path};
use crate::front::Front;
use crate::may::{EraseData, May};
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;

/// Erases a contact for good: the name at once, then, in the background, what was said in the chats of the assets that they use and in those of tickets for
/// them, on the broker as well, what was told of these chats, and what the tickets say. Open chats are closed. Ids, times and numbers stay.
#[utoipa::path(
    post,
    path = "/api/v1/contacts/{contact_id}/erasure",
    tag = "privacy",
    params(("contact_id" = ContactId, Path, description = "Which contact.")),
    request_body = EraseRequest,
    responses(
        (status = 202, description = "It has begun, and goes on by itself.", body = Erasure),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-contact`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/other-name`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn erase_contact(
    State(front): State<Front>,
    May { technician, .. }: May<EraseData>,
    Path(contact_id): Path<ContactId>,
    Body(asked): Body<EraseRequest>,
) -> Result<(StatusCode, Json<Erasure>), Problem> {
    let contact = store::contacts::one(front.db(), contact_id).await?.ok_or(Problem::NoSuch(Thing::Contact))?;
    let subject = DataSubject::Contact(contact_id);
    let erasure = erasure::request(&front, &technician, subject, &contact.name, &asked).await?;
    Ok((StatusCode::ACCEPTED, Json(erasure)))
}
