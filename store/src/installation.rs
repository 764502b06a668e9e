//! What there is once: settings of the whole installation.

use broker_config::PolicyId;
use sqlx::PgExecutor;

/// The policy of every asset, farther than all others.
///
/// # Errors
/// When the database fails.
pub async fn global_policy(db: impl PgExecutor<'_>) -> sqlx::Result<PolicyId> {
    sqlx::query_scalar!(
        r#"select global_policy_id as "global_policy_id: PolicyId"
           from installation"#,
    )
    .fetch_one(db)
    .await
}

/// Makes another policy the one of every asset. Whether it was another before.
///
/// # Errors
/// When the database fails. The constraint `installation_global_policy_id_fkey` says that there is no such policy.
pub async fn set_global_policy(db: impl PgExecutor<'_>, policy_id: PolicyId) -> sqlx::Result<bool> {
    let changed = sqlx::query!(
        "update installation
         set global_policy_id = $1
         where global_policy_id <> $1",
        policy_id.uuid(),
    )
    .execute(db)
    .await?;
    Ok(changed.rows_affected() > 0)
}

/// Whether everybody needs a second factor.
///
/// # Errors
/// When the database fails.
pub async fn second_factor_required(db: impl PgExecutor<'_>) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        "select second_factor_required
         from installation",
    )
    .fetch_one(db)
    .await
}

/// Says whether everybody needs a second factor.
///
/// # Errors
/// When the database fails.
pub async fn require_second_factor(db: impl PgExecutor<'_>, is_required: bool) -> sqlx::Result<()> {
    sqlx::query!(
        "update installation
         set second_factor_required = $1",
        is_required,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whether the front has the tab "Chat", for everybody.
///
/// # Errors
/// When the database fails.
pub async fn chat_tab(db: impl PgExecutor<'_>) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        "select chat_tab
         from installation",
    )
    .fetch_one(db)
    .await
}

/// Turns the tab "Chat" on or off, for everybody.
///
/// # Errors
/// When the database fails.
pub async fn set_chat_tab(db: impl PgExecutor<'_>, is_on: bool) -> sqlx::Result<()> {
    sqlx::query!(
        "update installation
         set chat_tab = $1",
        is_on,
    )
    .execute(db)
    .await?;
    Ok(())
}
