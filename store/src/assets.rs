//! Managed devices.

use broker_config::{AssetId, ContactId, CustomerId, Line, PolicyId};
use sqlx::PgExecutor;

use crate::NamedPage;

/// A managed device, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Which.
    pub asset_id: AssetId,
    /// Its name.
    pub name: Line,
    /// The business that has it.
    pub customer_id: CustomerId,
    /// That business's name.
    pub customer_name: Line,
    /// The person who uses it.
    pub contact_id: Option<ContactId>,
    /// That person's name.
    pub contact_name: Option<Line>,
    /// Its settings.
    pub policy_id: Option<PolicyId>,
}

/// What to change about an asset: what is `None` stays, and the inner `None` clears.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AssetChange {
    /// Another name.
    pub name: Option<Line>,
    /// Another person, or nobody.
    pub contact_id: Option<Option<ContactId>>,
    /// Other settings, or none.
    pub policy_id: Option<Option<PolicyId>>,
}

/// Assets by name, those whose name has `search` in it, of one customer or of all.
///
/// # Errors
/// When the database fails.
pub async fn page(
    db: impl PgExecutor<'_>,
    customer_id: Option<CustomerId>,
    page: &NamedPage,
) -> sqlx::Result<Vec<Asset>> {
    sqlx::query_as!(
        Asset,
        r#"select a.asset_id as "asset_id: AssetId",
                  a.name as "name: Line",
                  a.customer_id as "customer_id: CustomerId",
                  cu.name as "customer_name: Line",
                  a.contact_id as "contact_id: ContactId",
                  co.name as "contact_name?: Line",
                  a.policy_id as "policy_id: PolicyId"
           from assets a
           join customers cu on cu.customer_id = a.customer_id
           left join contacts co on co.contact_id = a.contact_id
           where ($1::uuid is null or a.customer_id = $1)
             and ($2::text is null or strpos(lower(a.name), lower($2)) > 0)
             and ($3::text is null or (lower(a.name), a.asset_id) > (lower($3), $4::uuid))
           order by lower(a.name), a.asset_id
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

/// These assets, as far as they exist, in no order.
///
/// # Errors
/// When the database fails.
pub async fn by_ids(db: impl PgExecutor<'_>, asset_ids: &[AssetId]) -> sqlx::Result<Vec<Asset>> {
    let asset_ids: Vec<_> = asset_ids.iter().map(|asset_id| asset_id.uuid()).collect();
    sqlx::query_as!(
        Asset,
        r#"select a.asset_id as "asset_id: AssetId",
                  a.name as "name: Line",
                  a.customer_id as "customer_id: CustomerId",
                  cu.name as "customer_name: Line",
                  a.contact_id as "contact_id: ContactId",
                  co.name as "contact_name?: Line",
                  a.policy_id as "policy_id: PolicyId"
           from assets a
           join customers cu on cu.customer_id = a.customer_id
           left join contacts co on co.contact_id = a.contact_id
           where a.asset_id = any($1)"#,
        &asset_ids,
    )
    .fetch_all(db)
    .await
}

/// One asset.
///
/// # Errors
/// When the database fails.
pub async fn one(db: impl PgExecutor<'_>, asset_id: AssetId) -> sqlx::Result<Option<Asset>> {
    Ok(by_ids(db, &[asset_id]).await?.pop())
}

/// Changes an asset. Whether there is one.
///
/// # Errors
/// When the database fails. The constraints `assets_contact_id_fkey` and `assets_policy_id_fkey` say that there is no such
/// contact or policy.
pub async fn change(db: impl PgExecutor<'_>, asset_id: AssetId, change: &AssetChange) -> sqlx::Result<bool> {
    let changed = sqlx::query!(
        "update assets
         set name = coalesce($2, name),
             contact_id = case when $3 then $4 else contact_id end,
             policy_id = case when $5 then $6 else policy_id end
         where asset_id = $1",
        asset_id.uuid(),
        change.name.as_deref(),
        change.contact_id.is_some(),
        change.contact_id.flatten().map(ContactId::uuid),
        change.policy_id.is_some(),
        change.policy_id.flatten().map(PolicyId::uuid),
    )
    .execute(db)
    .await?;
    Ok(changed.rows_affected() > 0)
}

/// At most `limit` of the assets under a policy, by rising id, after `after`.
///
/// # Errors
/// When the database fails.
pub async fn under_policy(
    db: impl PgExecutor<'_>,
    policy_id: PolicyId,
    after: Option<AssetId>,
    limit: i64,
) -> sqlx::Result<Vec<AssetId>> {
    sqlx::query_scalar!(
        r#"select asset_id as "asset_id: AssetId"
           from assets
           where policy_id = $1
             and ($2::uuid is null or asset_id > $2)
           order by asset_id
           limit $3"#,
        policy_id.uuid(),
        after.map(AssetId::uuid),
        limit,
    )
    .fetch_all(db)
    .await
}
