//! The businesses supported.

use broker_config::{CustomerId, Line, PolicyId};
use sqlx::PgExecutor;

use crate::NamedPage;

/// A business supported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Which.
    pub customer_id: CustomerId,
    /// Its name.
    pub name: Line,
    /// The settings of its assets.
    pub policy_id: Option<PolicyId>,
}

/// What to change about a customer: what is `None` stays, and the inner `None` clears.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomerChange {
    /// Another name.
    pub name: Option<Line>,
    /// Other settings, or none.
    pub policy_id: Option<Option<PolicyId>>,
}

/// Customers by name, those whose name has `search` in it.
///
/// # Errors
/// When the database fails.
pub async fn page(db: impl PgExecutor<'_>, page: &NamedPage) -> sqlx::Result<Vec<Customer>> {
    sqlx::query_as!(
        Customer,
        r#"select customer_id as "customer_id: CustomerId",
                  name as "name: Line",
                  policy_id as "policy_id: PolicyId"
           from customers
           where ($1::text is null or strpos(lower(name), lower($1)) > 0)
             and ($2::text is null or (lower(name), customer_id) > (lower($2), $3::uuid))
           order by lower(name), customer_id
           limit $4"#,
        page.search.as_deref(),
        page.after_name(),
        page.after_id(),
        page.limit,
    )
    .fetch_all(db)
    .await
}

/// One customer.
///
/// # Errors
/// When the database fails.
pub async fn one(db: impl PgExecutor<'_>, customer_id: CustomerId) -> sqlx::Result<Option<Customer>> {
    sqlx::query_as!(
        Customer,
        r#"select customer_id as "customer_id: CustomerId",
                  name as "name: Line",
                  policy_id as "policy_id: PolicyId"
           from customers
           where customer_id = $1"#,
        customer_id.uuid(),
    )
    .fetch_optional(db)
    .await
}

/// Changes a customer. Whether there is one.
///
/// # Errors
/// When the database fails. The constraint `customers_policy_id_fkey` says that there is no such policy.
pub async fn change(db: impl PgExecutor<'_>, customer_id: CustomerId, change: &CustomerChange) -> sqlx::Result<bool> {
    let changed = sqlx::query!(
        "update customers
         set name = coalesce($2, name),
             policy_id = case when $3 then $4 else policy_id end
         where customer_id = $1",
        customer_id.uuid(),
        change.name.as_deref(),
        change.policy_id.is_some(),
        change.policy_id.flatten().map(PolicyId::uuid),
    )
    .execute(db)
    .await?;
    Ok(changed.rows_affected() > 0)
}

/// Adds a customer.
///
/// # Errors
/// When the database fails.
pub async fn add(db: impl PgExecutor<'_>, name: &Line) -> sqlx::Result<CustomerId> {
    let customer_id = CustomerId::new();
    sqlx::query!(
        "insert into customers (customer_id, name)
         values ($1, $2)",
        customer_id.uuid(),
        &**name,
    )
    .execute(db)
    .await?;
    Ok(customer_id)
}
