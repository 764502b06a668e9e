//! The people at customers.

use broker_config::{ContactId, CustomerId, Line};
use sqlx::PgExecutor;

use crate::{NameOrder, NamedPage};

/// A person at a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Who.
    pub contact_id: ContactId,
    /// Where they work.
    pub customer_id: CustomerId,
    /// The name of that business.
    pub customer_name: Line,
    /// Their name.
    pub name: Line,
    /// Their address.
    pub email: Option<Line>,
    /// Their telephone number, as it was written.
    pub phone: Option<Line>,
}

/// What to change about a contact: what is `None` stays, and the inner `None` clears.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactChange {
    /// Another name.
    pub name: Option<Line>,
    /// Another address, or none.
    pub email: Option<Option<Line>>,
    /// Another telephone number, or none.
    pub phone: Option<Option<Line>>,
}

/// Contacts by name, those whose name or address has `search` in it, of one customer or of all.
///
/// # Errors
/// When the database fails.
pub async fn page(
    db: impl PgExecutor<'_>,
    customer_id: Option<CustomerId>,
    order: NameOrder,
    page: &NamedPage,
) -> sqlx::Result<Vec<ContactId>> {
    // One of the two halves is never run.
    sqlx::query_scalar!(
        r#"(select contact_id as "contact_id!: ContactId"
            from contacts
            where $6
              and ($1::uuid is null or customer_id = $1)
              and ($2::text is null or strpos(lower(name), lower($2)) > 0 or strpos(lower(email), lower($2)) > 0)
              and ($3::text is null or (lower(name), contact_id) > (lower($3), $4::uuid))
            order by lower(name), contact_id
            limit $5)
           union all
           (select contact_id
            from contacts
            where not $6
              and ($1::uuid is null or customer_id = $1)
              and ($2::text is null or strpos(lower(name), lower($2)) > 0 or strpos(lower(email), lower($2)) > 0)
              and ($3::text is null or (lower(name), contact_id) < (lower($3), $4::uuid))
            order by lower(name) desc, contact_id desc
            limit $5)"#,
        customer_id.map(CustomerId::uuid),
        page.search.as_deref(),
        page.after_name(),
        page.after_id(),
        page.limit,
        order.is_rising(),
    )
    .fetch_all(db)
    .await
}

/// These contacts, as far as they exist, in this order.
///
/// # Errors
/// When the database fails.
pub async fn by_ids(db: impl PgExecutor<'_>, contact_ids: &[ContactId]) -> sqlx::Result<Vec<Contact>> {
    let contact_ids: Vec<_> = contact_ids.iter().map(|contact_id| contact_id.uuid()).collect();
    sqlx::query_as!(
        Contact,
        r#"select co.contact_id as "contact_id: ContactId",
                  co.customer_id as "customer_id: CustomerId",
                  cu.name as "customer_name: Line",
                  co.name as "name: Line",
                  co.email as "email: Line",
                  co.phone as "phone: Line"
           from contacts co
           join customers cu on cu.customer_id = co.customer_id
           where co.contact_id = any($1)
           order by array_position($1, co.contact_id)"#,
        &contact_ids,
    )
    .fetch_all(db)
    .await
}

/// One contact.
///
/// # Errors
/// When the database fails.
pub async fn one(db: impl PgExecutor<'_>, contact_id: ContactId) -> sqlx::Result<Option<Contact>> {
    Ok(by_ids(db, &[contact_id]).await?.pop())
}

/// Changes a contact. Whether there is one.
///
/// # Errors
/// When the database fails.
pub async fn change(db: impl PgExecutor<'_>, contact_id: ContactId, change: &ContactChange) -> sqlx::Result<bool> {
    let changed = sqlx::query!(
        "update contacts
         set name = coalesce($2, name),
             email = case when $3 then $4 else email end,
             phone = case when $5 then $6 else phone end
         where contact_id = $1",
        contact_id.uuid(),
        change.name.as_deref(),
        change.email.is_some(),
        change.email.as_ref().and_then(|email| email.as_deref()),
        change.phone.is_some(),
        change.phone.as_ref().and_then(|phone| phone.as_deref()),
    )
    .execute(db)
    .await?;
    Ok(changed.rows_affected() > 0)
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
