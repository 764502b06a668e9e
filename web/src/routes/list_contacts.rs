//! `GET /api/v1/contacts`: the people at customers.

use axum::Json;
use axum::extract::State;
use broker_config::{ContactId, CustomerId, Line};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::cursor::{self, NameSort};
use crate::extract::Query;
use crate::front::Front;
use crate::problem::Problem;
use crate::shape::{CustomerName, ProblemDetails};
use crate::signed_in::SignedIn;

/// Which contacts.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListContacts {
    /// Only those of this customer.
    customer_id: Option<CustomerId>,
    /// Only those with this in their name or address; in any case.
    search: Option<String>,
    /// Which name comes first; `name`, from A to Z, when absent.
    #[param(inline)]
    sort: Option<NameSort>,
    /// How many at most; 50 when absent, never more than 200.
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A page of contacts, by name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactPage {
    /// The contacts.
    contacts: Vec<Contact>,
    /// Where the next page begins, if there is one.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// A person at a customer.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "one name per thing everywhere")]
pub(crate) struct Contact {
    /// Who.
    pub contact_id: ContactId,
    /// Where they work.
    pub customer_id: CustomerId,
    /// The same, with its name.
    pub customer: CustomerName,
    /// Their name.
    pub name: Line,
    /// Their address.
    #[schema(required)]
    pub email: Option<Line>,
    /// Their telephone number, as it was written.
    #[schema(required)]
    pub phone: Option<Line>,
}

/// Lists contacts.
#[utoipa::path(
    get,
    path = "/api/v1/contacts",
    tag = "customers",
    params(ListContacts),
    responses(
        (status = 200, body = ContactPage),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn list_contacts(
    State(front): State<Front>,
    _technician: SignedIn,
    Query(asked): Query<ListContacts>,
) -> Result<Json<ContactPage>, Problem> {
    let page = cursor::named_page(asked.search, asked.limit, asked.cursor.as_deref())?;
    let order = asked.sort.unwrap_or_default().into();
    let contact_ids = store::contacts::page(front.db(), asked.customer_id, order, &page).await?;
    let mut rows = store::contacts::by_ids(front.db(), &contact_ids).await?;

    let next_cursor = cursor::cut(&mut rows, page.limit, |row| (row.name.clone(), row.contact_id.uuid()));
    Ok(Json(ContactPage { contacts: rows.into_iter().map(Contact::from).collect(), next_cursor }))
}

impl From<store::contacts::Contact> for Contact {
    fn from(row: store::contacts::Contact) -> Self {
        Self {
            contact_id: row.contact_id,
            customer_id: row.customer_id,
            customer: CustomerName { customer_id: row.customer_id, name: row.customer_name },
            name: row.name,
            email: row.email,
            phone: row.phone,
        }
    }
}
