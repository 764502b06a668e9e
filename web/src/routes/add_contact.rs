//! `POST /api/v1/contacts`: adds a person at a customer.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use broker_config::{CustomerId, Line};
use serde::Deserialize;
use serde_json::json;
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
    May { technician, .. }: May<ManageDirectory>,
    Body(asked): Body<AddContact>,
) -> Result<(StatusCode, Json<Contact>), Problem> {
    let AddContact { customer_id, name, email, phone } = asked;
    let mut transaction = front.db().begin().await?;
    let (email, phone) = (email.as_ref(), phone.as_ref());
    let added = store::contacts::add(&mut *transaction, customer_id, &name, email, phone).await?;
    let contact_id = added.ok_or(Problem::NoSuch(Thing::Customer))?;
    let added = store::contacts::one(&mut *transaction, contact_id).await?;
    let added = added.ok_or(Problem::NoSuch(Thing::Contact))?;
    let details = json!({ "customer_id": customer_id });
    store::audit::record(&mut *transaction, &technician.does("contact.added", ("contact", contact_id), details))
        .await?;
    transaction.commit().await?;
    Ok((StatusCode::CREATED, Json(added.into())))
}
