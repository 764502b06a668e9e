//! `GET /api/v1/contacts/{contact_id}/erasure`: how far the erasure of a person at a customer is.

use axum::Json;
use axum::extract::State;
use broker_config::ContactId;
use store::data_subjects::DataSubject;

use crate::erasure::{self, LastErasure};
use crate::extract::Path;
use crate::front::Front;
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;
use crate::signed_in::SignedIn;

/// Shows the last erasure of a contact, and how far it is.
#[utoipa::path(
    get,
    path = "/api/v1/contacts/{contact_id}/erasure",
    tag = "privacy",
    params(("contact_id" = ContactId, Path, description = "Which contact.")),
    responses(
        (status = 200, body = LastErasure),
        (status = 404, description = "`/problems/no-such-contact`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn show_contact_erasure(
    State(front): State<Front>,
    _technician: SignedIn,
    Path(contact_id): Path<ContactId>,
) -> Result<Json<LastErasure>, Problem> {
    store::contacts::one(front.db(), contact_id).await?.ok_or(Problem::NoSuch(Thing::Contact))?;
    Ok(Json(erasure::last(&front, DataSubject::Contact(contact_id)).await?))
}
