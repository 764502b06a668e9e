//! Groups of assets that share a policy.

use broker_config::{AssetGroupId, AssetId, CustomerId, Line, PolicyId};
use sqlx::{PgConnection, PgExecutor};

use crate::NamedPage;

/// A group of assets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetGroup {
    /// Which.
    pub asset_group_id: AssetGroupId,
    /// The business whose assets it takes; those of any when absent.
    pub customer_id: Option<CustomerId>,
    /// Its name.
    pub name: Line,
    /// The settings of its assets.
    pub policy_id: Option<PolicyId>,
}

/// What to change about a group: what is `None` stays, and the inner `None` clears.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AssetGroupChange {
    /// Another name.
    pub name: Option<Line>,
    /// Other settings, or none.
    pub policy_id: Option<Option<PolicyId>>,
}

/// Groups by name, those whose name has `search` in it; with a customer, those that take its assets.
///
/// # Errors
/// When the database fails.
pub async fn page(
    db: impl PgExecutor<'_>,
    customer_id: Option<CustomerId>,
    page: &NamedPage,
) -> sqlx::Result<Vec<AssetGroup>> {
    sqlx::query_as!(
        AssetGroup,
        r#"select asset_group_id as "asset_group_id: AssetGroupId",
                  customer_id as "customer_id: CustomerId",
                  name as "name: Line",
                  policy_id as "policy_id: PolicyId"
           from asset_groups
           where ($1::uuid is null or customer_id is null or customer_id = $1)
             and ($2::text is null or strpos(lower(name), lower($2)) > 0)
             and ($3::text is null or (lower(name), asset_group_id) > (lower($3), $4::uuid))
           order by lower(name), asset_group_id
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

/// One group.
///
/// # Errors
/// When the database fails.
pub async fn one(db: impl PgExecutor<'_>, asset_group_id: AssetGroupId) -> sqlx::Result<Option<AssetGroup>> {
    sqlx::query_as!(
        AssetGroup,
        r#"select asset_group_id as "asset_group_id: AssetGroupId",
                  customer_id as "customer_id: CustomerId",
                  name as "name: Line",
                  policy_id as "policy_id: PolicyId"
           from asset_groups
           where asset_group_id = $1"#,
        asset_group_id.uuid(),
    )
    .fetch_optional(db)
    .await
}

/// Adds a group.
///
/// # Errors
/// When the database fails. The constraints `asset_groups_customer_id_fkey` and `asset_groups_policy_id_fkey` say that there
/// is no such customer or policy.
pub async fn add(db: impl PgExecutor<'_>, group: &AssetGroup) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into asset_groups (asset_group_id, customer_id, name, policy_id)
         values ($1, $2, $3, $4)",
        group.asset_group_id.uuid(),
        group.customer_id.map(CustomerId::uuid),
        &*group.name,
        group.policy_id.map(PolicyId::uuid),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Changes a group. Whether there is one.
///
/// # Errors
/// When the database fails. The constraint `asset_groups_policy_id_fkey` says that there is no such policy.
pub async fn change(
    db: impl PgExecutor<'_>,
    asset_group_id: AssetGroupId,
    change: &AssetGroupChange,
) -> sqlx::Result<bool> {
    let changed = sqlx::query!(
        "update asset_groups
         set name = coalesce($2, name),
             policy_id = case when $3 then $4 else policy_id end
         where asset_group_id = $1",
        asset_group_id.uuid(),
        change.name.as_deref(),
        change.policy_id.is_some(),
        change.policy_id.flatten().map(PolicyId::uuid),
    )
    .execute(db)
    .await?;
    Ok(changed.rows_affected() > 0)
}

/// Removes a group, and tells which assets it had. They are in no group then. `None` when there is no such group.
///
/// # Errors
/// When the database fails.
pub async fn remove(db: &mut PgConnection, asset_group_id: AssetGroupId) -> sqlx::Result<Option<Vec<AssetId>>> {
    // Whoever puts an asset into the group locks its row, too: nobody does after this.
    let known = sqlx::query!(
        "select asset_group_id
         from asset_groups
         where asset_group_id = $1
         for update",
        asset_group_id.uuid(),
    )
    .fetch_optional(&mut *db)
    .await?;
    if known.is_none() {
        return Ok(None);
    }
    let left = sqlx::query_scalar!(
        r#"update assets
           set asset_group_id = null
           where asset_group_id = $1
           returning asset_id as "asset_id: AssetId""#,
        asset_group_id.uuid(),
    )
    .fetch_all(&mut *db)
    .await?;
    sqlx::query!(
        "delete from asset_groups
         where asset_group_id = $1",
        asset_group_id.uuid(),
    )
    .execute(&mut *db)
    .await?;
    Ok(Some(left))
}
