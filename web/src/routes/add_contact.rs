//! `POST /api/v1/contacts`: adds a person at a customer.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use broker_config::{CustomerId, Line};
use serde::Deserialize;
use utoipa::ToSchema;

use super::list_contacts::Contact;
use crate::extract::Body;
use crate::front::Front;
use crate::may::{ManageDirectory, May};
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;

/// A new contact.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddContact {
    /// Where they work.
    customer_id: CustomerId,
    /// Their name.
    name: Line,
    /// Their address.
    email: Option<Line>,
    /// Their telephone number.
    phone: Option<Line>,
}

/// Adds a contact.
#[utoipa::path(
    post,
    path = "/api/v1/contacts",
    tag = "customers",
    request_body = AddContact,
    responses(
        (status = 201, body = Contact),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-customer`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn add_contact(
    State(front): State<Front>,
    _may: May<ManageDirectory>,
    Body(asked): Body<AddContact>,
) -> Result<(StatusCode, Json<Contact>), Problem> {
    let AddContact { customer_id, name, email, phone } = asked;
    let added = store::contacts::add(front.db(), customer_id, &name, email.as_ref(), phone.as_ref()).await?;
    let contact_id = added.ok_or(Problem::NoSuch(Thing::Customer))?;
    let added = store::contacts::one(front.db(), contact_id).await?.ok_or(Problem::NoSuch(Thing::Contact))?;
    Ok((StatusCode::CREATED, Json(added.into())))
}
