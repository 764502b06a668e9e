//! The businesses supported.

use broker_config::{CustomerId, Line};
use sqlx::PgExecutor;

use crate::NamedPage;

/// A business supported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Which.
    pub customer_id: CustomerId,
    /// Its name.
    pub name: Line,
}

/// Customers by name, those whose name has `search` in it.
///
/// # Errors
/// When the database fails.
pub async fn page(db: impl PgExecutor<'_>, page: &NamedPage) -> sqlx::Result<Vec<Customer>> {
    sqlx::query_as!(
        Customer,
        r#"select customer_id as "customer_id: CustomerId",
                  name as "name: Line"
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
