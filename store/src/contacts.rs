//! The people at customers.

use broker_config::{ContactId, CustomerId, Line};
use sqlx::PgExecutor;

use crate::NamedPage;

/// A person at a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Who.
    pub contact_id: ContactId,
    /// Where they work.
    pub customer_id: CustomerId,
    /// Their name.
    pub name: Line,
    /// Their address.
    pub email: Option<Line>,
    /// Their telephone number, as it was written.
    pub phone: Option<Line>,
}

/// Contacts by name, those whose name or address has `search` in it, of one customer or of all.
///
/// # Errors
/// When the database fails.
pub async fn page(
    db: impl PgExecutor<'_>,
    customer_id: Option<CustomerId>,
    page: &NamedPage,
) -> sqlx::Result<Vec<Contact>> {
    sqlx::query_as!(
        Contact,
        r#"select contact_id as "contact_id: ContactId",
                  customer_id as "customer_id: CustomerId",
                  name as "name: Line",
                  email as "email: Line",
                  phone as "phone: Line"
           from contacts
           where ($1::uuid is null or customer_id = $1)
             and ($2::text is null or strpos(lower(name), lower($2)) > 0 or strpos(lower(email), lower($2)) > 0)
             and ($3::text is null or (lower(name), contact_id) > (lower($3), $4::uuid))
           order by lower(name), contact_id
           limit $5"#,
        customer_id.map(CustomerId::uuid),
        page.search.as_deref(),
        page.after_name(),
        page.after_id(),
        page.limit,
    )
    .fetch_all(db)
    .await
}

/// Adds a contact. `None` when there is no such customer.
///
/// # Errors
/// When the database fails.
pub async fn add(
    db: impl PgExecutor<'_>,
    customer_id: CustomerId,
    name: &Line,
    email: Option<&Line>,
    phone: Option<&Line>,
) -> sqlx::Result<Option<ContactId>> {
    sqlx::query_scalar!(
        r#"insert into contacts (contact_id, customer_id, name, email, phone)
           select $1, customer_id, $3, $4, $5
           from customers
           where customer_id = $2
           returning contact_id as "contact_id: ContactId""#,
        ContactId::new().uuid(),
        customer_id.uuid(),
        &**name,
        email.map(|email| &**email),
        phone.map(|phone| &**phone),
    )
    .fetch_optional(db)
    .await
}

/// Whether the contact is one of this customer.
///
/// # Errors
/// When the database fails.
pub async fn is_of(db: impl PgExecutor<'_>, contact_id: ContactId, customer_id: CustomerId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (
               select from contacts
               where contact_id = $1
                 and customer_id = $2
           ) as "is_of!""#,
        contact_id.uuid(),
        customer_id.uuid(),
    )
    .fetch_one(db)
    .await
}
