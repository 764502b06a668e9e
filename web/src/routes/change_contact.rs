//! `PATCH /api/v1/contacts/{contact_id}`: changes a person at a customer.

use axum::Json;
use axum::extract::State;
use broker_config::{ContactId, Line};
use serde::Deserialize;
use serde_json::json;
use store::contacts::ContactChange;
use utoipa::ToSchema;

use super::list_contacts::Contact;
use crate::extract::{Body, Path, present};
use crate::front::Front;
use crate::may::{ManageDirectory, May};
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;

/// What to change; what is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "absent, null and a line are three things")]
pub(crate) struct ChangeContact {
    /// Another name.
    name: Option<Line>,
    /// Another address; none when null.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Line>)]
    email: Option<Option<Line>>,
    /// Another telephone number; none when null.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Line>)]
    phone: Option<Option<Line>>,
}

/// Changes a contact.
#[utoipa::path(
    patch,
    path = "/api/v1/contacts/{contact_id}",
    tag = "customers",
    params(("contact_id" = ContactId, Path, description = "Which contact.")),
    request_body = ChangeContact,
    responses(
        (status = 200, body = Contact),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-contact`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn change_contact(
    State(front): State<Front>,
    May { technician, .. }: May<ManageDirectory>,
    Path(contact_id): Path<ContactId>,
    Body(asked): Body<ChangeContact>,
) -> Result<Json<Contact>, Problem> {
    // The log is never changed, so it says what was changed and not to what.
    let details = json!({
        "name": asked.name.is_some(),
        "email": asked.email.is_some(),
        "phone": asked.phone.is_some(),
    });
    let change = ContactChange { name: asked.name, email: asked.email, phone: asked.phone };
    let mut transaction = front.db().begin().await?;
    store::contacts::change(&mut *transaction, contact_id, &change).await?;
    let after = store::contacts::one(&mut *transaction, contact_id).await?;
    let after = after.ok_or(Problem::NoSuch(Thing::Contact))?;
    let deed = technician.does("contact.changed", ("contact", contact_id), details);
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    Ok(Json(after.into()))
}
