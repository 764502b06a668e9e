//! What an import of customers, contacts or assets reads and writes: many rows in one statement.

use broker_config::{AssetId, ContactId, CustomerId, Line};
use sqlx::PgExecutor;

/// A customer, as far as an import knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedCustomer {
    /// Which.
    pub customer_id: CustomerId,
    /// Its name.
    pub name: Line,
}

/// A contact, as far as an import knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedContact {
    /// Who.
    pub contact_id: ContactId,
    /// Where they work.
    pub customer_id: CustomerId,
    /// Their name.
    pub name: Line,
    /// Their address.
    pub email: Option<Line>,
    /// Their telephone number.
    pub phone: Option<Line>,
}

/// An asset, as far as an import knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedAsset {
    /// Which.
    pub asset_id: AssetId,
    /// The business that has it.
    pub customer_id: CustomerId,
    /// Its name.
    pub name: Line,
    /// The person who uses it.
    pub contact_id: Option<ContactId>,
}

/// Waits until no other import goes on, and lets none begin until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn lock(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('imports', 0))").execute(db).await?;
    Ok(())
}

/// Customers with one of these names, in any case, the first one first.
///
/// # Errors
/// When the database fails.
pub async fn customers(db: impl PgExecutor<'_>, names: &[String]) -> sqlx::Result<Vec<ImportedCustomer>> {
    sqlx::query_as!(
        ImportedCustomer,
        r#"select customer_id as "customer_id: CustomerId",
                  name as "name: Line"
           from customers
           where lower(name) in (select lower(asked) from unnest($1::text[]) as asked)
           order by created_at, customer_id"#,
        names,
    )
    .fetch_all(db)
    .await
}

/// Contacts of customers with one of these names, who have one of these names or addresses themselves, in any case.
///
/// # Errors
/// When the database fails.
pub async fn contacts(
    db: impl PgExecutor<'_>,
    customer_names: &[String],
    names_and_emails: &[String],
) -> sqlx::Result<Vec<ImportedContact>> {
    sqlx::query_as!(
        ImportedContact,
        r#"with asked as materialized (
               select distinct lower(asked) as asked
               from unnest($2::text[]) as asked
           )
           select co.contact_id as "contact_id: ContactId",
                  co.customer_id as "customer_id: CustomerId",
                  co.name as "name: Line",
                  co.email as "email: Line",
                  co.phone as "phone: Line"
           from contacts co
           join customers cu on cu.customer_id = co.customer_id
           where lower(cu.name) in (select lower(asked) from unnest($1::text[]) as asked)
             and (lower(co.name) in (select asked from asked) or lower(co.email) in (select asked from asked))
           order by co.created_at, co.contact_id"#,
        customer_names,
        names_and_emails,
    )
    .fetch_all(db)
    .await
}

/// Assets with one of these names, in any case, of customers with one of these.
///
/// # Errors
/// When the database fails.
pub async fn assets(
    db: impl PgExecutor<'_>,
    customer_names: &[String],
    names: &[String],
) -> sqlx::Result<Vec<ImportedAsset>> {
    sqlx::query_as!(
        ImportedAsset,
        r#"select a.asset_id as "asset_id: AssetId",
                  a.customer_id as "customer_id: CustomerId",
                  a.name as "name: Line",
                  a.contact_id as "contact_id: ContactId"
           from assets a
           join customers cu on cu.customer_id = a.customer_id
           where lower(cu.name) in (select lower(asked) from unnest($1::text[]) as asked)
             and lower(a.name) in (select lower(asked) from unnest($2::text[]) as asked)
           order by a.created_at, a.asset_id"#,
        customer_names,
        names,
    )
    .fetch_all(db)
    .await
}

/// Adds customers.
///
/// # Errors
/// When the database fails.
pub async fn write_customers(db: impl PgExecutor<'_>, customers: &[&ImportedCustomer]) -> sqlx::Result<()> {
    let ids: Vec<_> = customers.iter().map(|customer| customer.customer_id.uuid()).collect();
    let names: Vec<_> = customers.iter().map(|customer| customer.name.to_string()).collect();
    sqlx::query!(
        "insert into customers (customer_id, name)
         select *
         from unnest($1::uuid[], $2::text[])",
        &ids,
        &names,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Adds contacts, or makes those that are there the same.
///
/// # Errors
/// When the database fails.
pub async fn write_contacts(db: impl PgExecutor<'_>, contacts: &[&ImportedContact]) -> sqlx::Result<()> {
    let ids: Vec<_> = contacts.iter().map(|contact| contact.contact_id.uuid()).collect();
    let customers: Vec<_> = contacts.iter().map(|contact| contact.customer_id.uuid()).collect();
    let names: Vec<_> = contacts.iter().map(|contact| contact.name.to_string()).collect();
    let emails: Vec<_> = contacts.iter().map(|contact| contact.email.as_deref().map(str::to_owned)).collect();
    let phones: Vec<_> = contacts.iter().map(|contact| contact.phone.as_deref().map(str::to_owned)).collect();
    sqlx::query!(
        "insert into contacts (contact_id, customer_id, name, email, phone)
         select *
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[])
         on conflict (contact_id) do update
         set name = excluded.name,
             email = excluded.email,
             phone = excluded.phone",
        &ids,
        &customers,
        &names,
        &emails as _,
        &phones as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Adds assets, or makes those that are there the same.
///
/// # Errors
/// When the database fails.
pub async fn write_assets(db: impl PgExecutor<'_>, assets: &[&ImportedAsset]) -> sqlx::Result<()> {
    let ids: Vec<_> = assets.iter().map(|asset| asset.asset_id.uuid()).collect();
    let customers: Vec<_> = assets.iter().map(|asset| asset.customer_id.uuid()).collect();
    let names: Vec<_> = assets.iter().map(|asset| asset.name.to_string()).collect();
    let contacts: Vec<_> = assets.iter().map(|asset| asset.contact_id.map(ContactId::uuid)).collect();
    sqlx::query!(
        "insert into assets (asset_id, customer_id, name, contact_id)
         select *
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[])
         on conflict (asset_id) do update
         set contact_id = excluded.contact_id",
        &ids,
        &customers,
        &names,
        &contacts as _,
    )
    .execute(db)
    .await?;
    Ok(())
}
