//! `GET /api/v1/contacts/{contact_id}`: one person at a customer.

use axum::Json;
use axum::extract::State;
use broker_config::ContactId;

use super::list_contacts::Contact;
use crate::extract::Path;
use crate::front::Front;
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;
use crate::signed_in::SignedIn;

/// Shows one contact.
#[utoipa::path(
    get,
    path = "/api/v1/contacts/{contact_id}",
    tag = "customers",
    params(("contact_id" = ContactId, Path, description = "Which contact.")),
    responses(
        (status = 200, body = Contact),
        (status = 404, description = "`/problems/no-such-contact`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn show_contact(
    State(front): State<Front>,
    _technician: SignedIn,
    Path(contact_id): Path<ContactId>,
) -> Result<Json<Contact>, Problem> {
    let contact = store::contacts::one(front.db(), contact_id).await?;
    Ok(Json(contact.ok_or(Problem::NoSuch(Thing::Contact))?.into()))
}
