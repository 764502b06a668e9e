//! The businesses supported.

use broker_config::{CustomerId, Line, PolicyId};
use sqlx::PgExecutor;

use crate::{NameOrder, NamedPage};

/// A business supported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Which.
    pub customer_id: CustomerId,
    /// Its name.
    pub name: Line,
    /// The settings of its assets.
    pub policy_id: Option<PolicyId>,
    /// After how many months its chats are forgotten once they have ended: 0 for never, and what is usual here for `None`.
    pub retention_months: Option<i32>,
    /// How many contacts it has.
    pub contacts: i64,
    /// How many assets it has.
    pub assets: i64,
    /// How many of its assets have an open chat.
    pub open_chats: i64,
}

/// What to change about a customer: what is `None` stays, and the inner `None` clears.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomerChange {
    /// Another name.
    pub name: Option<Line>,
    /// Other settings, or none.
    pub policy_id: Option<Option<PolicyId>>,
    /// Another retention, or the usual one.
    pub retention_months: Option<Option<i32>>,
}

/// Customers by name, those whose name has `search` in it.
///
/// # Errors
/// When the database fails.
pub async fn page(db: impl PgExecutor<'_>, order: NameOrder, page: &NamedPage) -> sqlx::Result<Vec<CustomerId>> {
    // One of the two halves is never run.
    sqlx::query_scalar!(
        r#"(select customer_id as "customer_id!: CustomerId"
            from customers
            where $5
              and ($1::text is null or strpos(lower(name), lower($1)) > 0)
              and ($2::text is null or (lower(name), customer_id) > (lower($2), $3::uuid))
            order by lower(name), customer_id
            limit $4)
           union all
           (select customer_id
            from customers
            where not $5
              and ($1::text is null or strpos(lower(name), lower($1)) > 0)
              and ($2::text is null or (lower(name), customer_id) < (lower($2), $3::uuid))
            order by lower(name) desc, customer_id desc
            limit $4)"#,
        page.search.as_deref(),
        page.after_name(),
        page.after_id(),
        page.limit,
        order.is_rising(),
    )
    .fetch_all(db)
    .await
}

/// These customers, as far as they exist, in this order.
///
/// # Errors
/// When the database fails.
pub async fn by_ids(db: impl PgExecutor<'_>, customer_ids: &[CustomerId]) -> sqlx::Result<Vec<Customer>> {
    let customer_ids: Vec<_> = customer_ids.iter().map(|customer_id| customer_id.uuid()).collect();
    sqlx::query_as!(
        Customer,
        r#"select cu.customer_id as "customer_id: CustomerId",
                  cu.name as "name: Line",
                  cu.policy_id as "policy_id: PolicyId",
                  cu.retention_months,
                  (select count(*) from contacts co where co.customer_id = cu.customer_id) as "contacts!",
                  (select count(*) from assets a where a.customer_id = cu.customer_id) as "assets!",
                  (
                      select count(*)
                      from assets a
                      join chats c on c.asset_id = a.asset_id
                      where a.customer_id = cu.customer_id
                        and c.opened_seq is not null
                        and c.closed_seq is null
                  ) as "open_chats!"
           from customers cu
           where cu.customer_id = any($1)
           order by array_position($1, cu.customer_id)"#,
        &customer_ids,
    )
    .fetch_all(db)
    .await
}

/// One customer.
///
/// # Errors
/// When the database fails.
pub async fn one(db: impl PgExecutor<'_>, customer_id: CustomerId) -> sqlx::Result<Option<Customer>> {
    Ok(by_ids(db, &[customer_id]).await?.pop())
}

/// Changes a customer. Whether there is one.
///
/// # Errors
/// When the database fails. The constraint `customers_policy_id_fkey` says that there is no such policy.
pub async fn change(db: impl PgExecutor<'_>, customer_id: CustomerId, change: &CustomerChange) -> sqlx::Result<bool> {
    let changed = sqlx::query!(
        "update customers
         set name = coalesce($2, name),
             policy_id = case when $3 then $4 else policy_id end,
             retention_months = case when $5 then $6 else retention_months end
         where customer_id = $1",
        customer_id.uuid(),
        change.name.as_deref(),
        change.policy_id.is_some(),
        change.policy_id.flatten().map(PolicyId::uuid),
        change.retention_months.is_some(),
        change.retention_months.flatten(),
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
