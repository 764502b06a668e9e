//! Managed devices.

use broker_config::{AssetGroupId, AssetId, ContactId, CustomerId, Line, PolicyId};
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::{NameOrder, NamedPage};

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
    /// The group that it is in.
    pub asset_group_id: Option<AssetGroupId>,
    /// Its own settings.
    pub policy_id: Option<PolicyId>,
    /// Whether its device is connected to the broker.
    pub is_connected: bool,
    /// Since when it is, or when its last connection ended.
    pub seen_at: Option<DateTime<Utc>>,
    /// From where it last connected.
    pub seen_from: Option<String>,
}

/// What to change about an asset: what is `None` stays, and the inner `None` clears.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AssetChange {
    /// Another name.
    pub name: Option<Line>,
    /// Another person, or nobody.
    pub contact_id: Option<Option<ContactId>>,
    /// Another group, or none.
    pub asset_group_id: Option<Option<AssetGroupId>>,
    /// Other settings of its own, or none.
    pub policy_id: Option<Option<PolicyId>>,
}

/// Whose assets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AssetFilter {
    /// Only those of this customer.
    pub customer_id: Option<CustomerId>,
    /// Only those that this person uses.
    pub contact_id: Option<ContactId>,
}

/// Assets by name, those that pass `filter` and whose name has `search` in it.
///
/// # Errors
/// When the database fails.
pub async fn page(
    db: impl PgExecutor<'_>,
    filter: AssetFilter,
    order: NameOrder,
    page: &NamedPage,
) -> sqlx::Result<Vec<AssetId>> {
    // One of the two halves is never run.
    sqlx::query_scalar!(
        r#"(select asset_id as "asset_id!: AssetId"
            from assets
            where $7
              and ($1::uuid is null or customer_id = $1)
              and ($2::uuid is null or contact_id = $2)
              and ($3::text is null or strpos(lower(name), lower($3)) > 0)
              and ($4::text is null or (lower(name), asset_id) > (lower($4), $5::uuid))
            order by lower(name), asset_id
            limit $6)
           union all
           (select asset_id
            from assets
            where not $7
              and ($1::uuid is null or customer_id = $1)
              and ($2::uuid is null or contact_id = $2)
              and ($3::text is null or strpos(lower(name), lower($3)) > 0)
              and ($4::text is null or (lower(name), asset_id) < (lower($4), $5::uuid))
            order by lower(name) desc, asset_id desc
            limit $6)"#,
        filter.customer_id.map(CustomerId::uuid),
        filter.contact_id.map(ContactId::uuid),
        page.search.as_deref(),
        page.after_name(),
        page.after_id(),
        page.limit,
        order.is_rising(),
    )
    .fetch_all(db)
    .await
}

/// These assets, as far as they exist, in this order.
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
                  a.asset_group_id as "asset_group_id: AssetGroupId",
                  a.policy_id as "policy_id: PolicyId",
                  coalesce(seen.is_open, false) as "is_connected!",
                  seen.at as "seen_at?",
                  seen.address as "seen_from?"
           from assets a
           join customers cu on cu.customer_id = a.customer_id
           left join contacts co on co.contact_id = a.contact_id
           left join lateral (
               select d.is_open,
                      case when d.is_open then d.connected_at else coalesce(d.disconnected_at, d.missing_at) end as at,
                      host(d.address) as address
               from device_connections d
               where d.asset_id = a.asset_id
               order by d.is_open desc, d.connected_at desc
               limit 1
           ) seen on true
           where a.asset_id = any($1)
           order by array_position($1, a.asset_id)"#,
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
/// When the database fails. The constraints `assets_contact_id_fkey`, `assets_asset_group_id_fkey` and
/// `assets_policy_id_fkey` say that there is no such contact, group or policy.
pub async fn change(db: impl PgExecutor<'_>, asset_id: AssetId, change: &AssetChange) -> sqlx::Result<bool> {
    let changed = sqlx::query!(
        "update assets
         set name = coalesce($2, name),
             contact_id = case when $3 then $4 else contact_id end,
             policy_id = case when $5 then $6 else policy_id end,
             asset_group_id = case when $7 then $8 else asset_group_id end
         where asset_id = $1",
        asset_id.uuid(),
        change.name.as_deref(),
        change.contact_id.is_some(),
        change.contact_id.flatten().map(ContactId::uuid),
        change.policy_id.is_some(),
        change.policy_id.flatten().map(PolicyId::uuid),
        change.asset_group_id.is_some(),
        change.asset_group_id.flatten().map(AssetGroupId::uuid),
    )
    .execute(db)
    .await?;
    Ok(changed.rows_affected() > 0)
}

/// Assets that one change of settings concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssetsUnder {
    /// Those for which a policy is in effect at any level.
    Policy(PolicyId),
    /// Those of a group.
    AssetGroup(AssetGroupId),
    /// Those of a customer.
    Customer(CustomerId),
    /// Every one.
    Installation,
}

/// At most `limit` of these assets, by rising id, after `after`.
///
/// # Errors
/// When the database fails.
pub async fn under(
    db: impl PgExecutor<'_>,
    under: AssetsUnder,
    after: Option<AssetId>,
    limit: i64,
) -> sqlx::Result<Vec<AssetId>> {
    let (mut policy_id, mut asset_group_id, mut customer_id) = (None, None, None);
    match under {
        AssetsUnder::Policy(id) => policy_id = Some(id.uuid()),
        AssetsUnder::AssetGroup(id) => asset_group_id = Some(id.uuid()),
        AssetsUnder::Customer(id) => customer_id = Some(id.uuid()),
        AssetsUnder::Installation => {}
    }
    sqlx::query_scalar!(
        r#"select asset_id as "asset_id: AssetId"
           from assets
           where ($1::uuid is null or asset_id > $1)
             and ($2::uuid is null
                  or policy_id = $2
                  or asset_group_id in (select g.asset_group_id from asset_groups g where g.policy_id = $2)
                  or customer_id in (select c.customer_id from customers c where c.policy_id = $2)
                  or exists (select from installation where global_policy_id = $2))
             and ($3::uuid is null or asset_group_id = $3)
             and ($4::uuid is null or customer_id = $4)
           order by asset_id
           limit $5"#,
        after.map(AssetId::uuid),
        policy_id,
        asset_group_id,
        customer_id,
        limit,
    )
    .fetch_all(db)
    .await
}
