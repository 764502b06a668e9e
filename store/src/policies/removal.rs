//! Removing policies that nothing needs any more.

use broker_config::PolicyId;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// What became of a policy that should go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removed {
    /// It is gone.
    Gone,
    /// It is in use, and stays.
    InUse(PolicyUses),
    /// There was none.
    NoSuch,
}

/// Where a policy is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyUses {
    /// How many assets have it themselves.
    pub assets: i64,
    /// How many groups of assets have it.
    pub asset_groups: i64,
    /// How many customers have it.
    pub customers: i64,
    /// How many enrolment keys give it to the devices that they let in.
    pub enrolment_keys: i64,
    /// Whether it is the one of the whole installation.
    pub is_global: bool,
}

impl PolicyUses {
    const NONE: Self = Self { assets: 0, asset_groups: 0, customers: 0, enrolment_keys: 0, is_global: false };
}

/// Removes a policy unless it is in use. An enrolment key that lets nobody in any more does not count.
///
/// # Errors
/// When the database fails.
pub async fn remove(db: &mut PgConnection, policy_id: PolicyId, now: DateTime<Utc>) -> sqlx::Result<Removed> {
    // Whoever puts the policy somewhere locks its row, too: nobody does between the look and the removal.
    let known = sqlx::query!(
        "select policy_id
         from policies
         where policy_id = $1
         for update",
        policy_id.uuid(),
    )
    .fetch_optional(&mut *db)
    .await?;
    if known.is_none() {
        return Ok(Removed::NoSuch);
    }
    sqlx::query!(
        "update enrolment_keys
         set policy_id = null
         where policy_id = $1
           and (revoked_at is not null or used >= uses or expires_at <= $2)",
        policy_id.uuid(),
        now,
    )
    .execute(&mut *db)
    .await?;
    let uses = uses(db, policy_id).await?;
    if uses != PolicyUses::NONE {
        return Ok(Removed::InUse(uses));
    }
    sqlx::query!(
        "delete from policies
         where policy_id = $1",
        policy_id.uuid(),
    )
    .execute(&mut *db)
    .await?;
    Ok(Removed::Gone)
}

async fn uses(db: &mut PgConnection, policy_id: PolicyId) -> sqlx::Result<PolicyUses> {
    sqlx::query_as!(
        PolicyUses,
        r#"select (select count(*) from assets where policy_id = $1) as "assets!",
                  (select count(*) from asset_groups where policy_id = $1) as "asset_groups!",
                  (select count(*) from customers where policy_id = $1) as "customers!",
                  (select count(*) from enrolment_keys where policy_id = $1) as "enrolment_keys!",
                  exists (select from installation where global_policy_id = $1) as "is_global!""#,
        policy_id.uuid(),
    )
    .fetch_one(db)
    .await
}
