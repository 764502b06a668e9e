//! Settings for assets.

use broker_config::{Line, Menu, PolicyId};
use sqlx::PgExecutor;
use sqlx::types::Json;

/// Settings for assets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Which.
    pub policy_id: PolicyId,
    /// Its name.
    pub name: Line,
    /// The system tray menu.
    pub menu: Json<Menu>,
}

/// Every policy, by name.
///
/// # Errors
/// When the database fails.
pub async fn all(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Policy>> {
    sqlx::query_as!(
        Policy,
        r#"select policy_id as "policy_id: PolicyId",
                  name as "name: Line",
                  menu as "menu: Json<Menu>"
           from policies
           order by lower(name), policy_id"#,
    )
    .fetch_all(db)
    .await
}

/// Adds a policy.
///
/// # Errors
/// When the database fails.
pub async fn add(db: impl PgExecutor<'_>, name: &Line, menu: &Menu) -> sqlx::Result<PolicyId> {
    let policy_id = PolicyId::new();
    sqlx::query!(
        "insert into policies (policy_id, name, menu)
         values ($1, $2, $3)",
        policy_id.uuid(),
        &**name,
        Json(menu) as _,
    )
    .execute(db)
    .await?;
    Ok(policy_id)
}

/// Replaces a policy. Whether there is one.
///
/// # Errors
/// When the database fails.
pub async fn replace(db: impl PgExecutor<'_>, policy_id: PolicyId, name: &Line, menu: &Menu) -> sqlx::Result<bool> {
    let replaced = sqlx::query!(
        "update policies
         set name = $2,
             menu = $3
         where policy_id = $1",
        policy_id.uuid(),
        &**name,
        Json(menu) as _,
    )
    .execute(db)
    .await?;
    Ok(replaced.rows_affected() > 0)
}

/// The menu of a policy.
///
/// # Errors
/// When the database fails.
pub async fn menu(db: impl PgExecutor<'_>, policy_id: PolicyId) -> sqlx::Result<Option<Menu>> {
    let menu = sqlx::query_scalar!(
        r#"select menu as "menu: Json<Menu>"
           from policies
           where policy_id = $1"#,
        policy_id.uuid(),
    )
    .fetch_optional(db)
    .await?;
    Ok(menu.map(|Json(menu)| menu))
}
