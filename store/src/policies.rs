//! Settings for assets: what each policy says, and what holds for an asset under several.

mod effective;
mod placed;
mod removal;
mod settings;

use broker_config::{Line, PolicyId};
use sqlx::PgExecutor;
use sqlx::types::Json;

pub use effective::{
    EffectiveEntry, EffectiveLiveChat, EffectivePolicy, Inherited, PlacedPolicy, PolicyLevel, PolicyOrigin,
};
pub use placed::{effective, effective_for};
pub use removal::{PolicyUses, Removed, remove};
pub use settings::{
    Assignment, LiveChatSettings, PolicyEntry, PolicySettings, SecondsOutOfRange, UnavailableMessage,
    UnavailableSeconds,
};

pub(crate) use placed::placed;

/// Settings for assets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Which.
    pub policy_id: PolicyId,
    /// Its name.
    pub name: Line,
    /// What it sets.
    pub settings: PolicySettings,
}

/// Every policy, by name.
///
/// # Errors
/// When the database fails, or holds settings that this version cannot read.
pub async fn all(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Policy>> {
    let rows = sqlx::query!(
        r#"select policy_id as "policy_id: PolicyId",
                  name as "name: Line",
                  menu as "menu: Json<Vec<PolicyEntry>>",
                  live_chat as "live_chat: Json<LiveChatSettings>"
           from policies
           order by lower(name), policy_id"#,
    )
    .fetch_all(db)
    .await?;
    let policies = rows.into_iter().map(|row| Policy {
        policy_id: row.policy_id,
        name: row.name,
        settings: PolicySettings { menu: row.menu.map(|menu| menu.0), live_chat: row.live_chat.0 },
    });
    Ok(policies.collect())
}

/// Adds a policy.
///
/// # Errors
/// When the database fails.
pub async fn add(db: impl PgExecutor<'_>, name: &Line, settings: &PolicySettings) -> sqlx::Result<PolicyId> {
    let policy_id = PolicyId::new();
    sqlx::query!(
        "insert into policies (policy_id, name, menu, live_chat)
         values ($1, $2, $3, $4)",
        policy_id.uuid(),
        &**name,
        settings.menu.as_ref().map(Json) as _,
        Json(&settings.live_chat) as _,
    )
    .execute(db)
    .await?;
    Ok(policy_id)
}

/// Replaces a policy. What it set before; `None` when there is no such policy.
///
/// # Errors
/// When the database fails.
pub async fn replace(
    db: impl PgExecutor<'_>,
    policy_id: PolicyId,
    name: &Line,
    settings: &PolicySettings,
) -> sqlx::Result<Option<PolicySettings>> {
    let before = sqlx::query!(
        r#"with before as (
               select policy_id, menu, live_chat
               from policies
               where policy_id = $1
               for update
           )
           update policies p
           set name = $2,
               menu = $3,
               live_chat = $4
           from before
           where p.policy_id = before.policy_id
           returning before.menu as "menu: Json<Vec<PolicyEntry>>",
                     before.live_chat as "live_chat: Json<LiveChatSettings>""#,
        policy_id.uuid(),
        &**name,
        settings.menu.as_ref().map(Json) as _,
        Json(&settings.live_chat) as _,
    )
    .fetch_optional(db)
    .await?;
    Ok(before.map(|row| PolicySettings { menu: row.menu.map(|menu| menu.0), live_chat: row.live_chat.0 }))
}
