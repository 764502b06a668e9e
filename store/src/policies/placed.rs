//! The policies over an asset.

use std::collections::HashMap;

use broker_config::{AssetId, Line, PolicyId};
use sqlx::PgExecutor;
use sqlx::types::Json;

use super::{EffectivePolicy, LiveChatSettings, PlacedPolicy, PolicyEntry, PolicyLevel, PolicyOrigin, PolicySettings};

/// What holds for an asset. `None` when there is no such asset.
///
/// # Errors
/// When the database fails, or holds settings that this version cannot read.
pub async fn effective(db: impl PgExecutor<'_>, asset_id: AssetId) -> sqlx::Result<Option<EffectivePolicy>> {
    Ok(effective_for(db, &[asset_id]).await?.remove(&asset_id))
}

/// What holds for each of these assets, as far as they exist.
///
/// # Errors
/// When the database fails, or holds settings that this version cannot read.
pub async fn effective_for(
    db: impl PgExecutor<'_>,
    asset_ids: &[AssetId],
) -> sqlx::Result<HashMap<AssetId, EffectivePolicy>> {
    let placed = placed(db, asset_ids).await?.into_iter();
    Ok(placed.map(|(asset_id, asset)| (asset_id, EffectivePolicy::resolve(&asset.policies))).collect())
}

/// An asset and the policies over it.
pub(crate) struct PlacedAsset {
    /// Its name.
    pub name: Line,
    /// The policies, nearest first.
    pub policies: Vec<PlacedPolicy>,
}

/// These assets, as far as they exist.
pub(crate) async fn placed(
    db: impl PgExecutor<'_>,
    asset_ids: &[AssetId],
) -> sqlx::Result<HashMap<AssetId, PlacedAsset>> {
    let asset_ids: Vec<_> = asset_ids.iter().map(|asset_id| asset_id.uuid()).collect();
    let rows = sqlx::query!(
        r#"select a.asset_id as "asset_id: AssetId",
                  a.name as "asset_name: Line",
                  placed.level as "level!",
                  p.policy_id as "policy_id: PolicyId",
                  p.name as "name: Line",
                  p.menu as "menu: Json<Vec<PolicyEntry>>",
                  p.live_chat as "live_chat: Json<LiveChatSettings>"
           from assets a
           join customers cu on cu.customer_id = a.customer_id
           left join asset_groups g on g.asset_group_id = a.asset_group_id
           cross join installation i
           cross join lateral (
               values (1, a.policy_id),
                      (2, g.policy_id),
                      (3, cu.policy_id),
                      (4, i.global_policy_id)
           ) as placed (level, policy_id)
           join policies p on p.policy_id = placed.policy_id
           where a.asset_id = any($1)
           order by a.asset_id, placed.level"#,
        &asset_ids,
    )
    .fetch_all(db)
    .await?;

    let mut assets = HashMap::new();
    for row in rows {
        let origin = PolicyOrigin { level: level(row.level), policy_id: row.policy_id, policy_name: row.name };
        let settings = PolicySettings { menu: row.menu.map(|menu| menu.0), live_chat: row.live_chat.0 };
        let new = || PlacedAsset { name: row.asset_name, policies: Vec::new() };
        assets.entry(row.asset_id).or_insert_with(new).policies.push(PlacedPolicy { origin, settings });
    }
    Ok(assets)
}

/// The level that the query above numbers so.
fn level(number: i32) -> PolicyLevel {
    match number {
        1 => PolicyLevel::Asset,
        2 => PolicyLevel::AssetGroup,
        3 => PolicyLevel::Customer,
        _ => PolicyLevel::Global,
    }
}
