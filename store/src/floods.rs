//! Devices that sent too much.

use broker_config::AssetId;
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{PgExecutor, PgPool};

use crate::audit::{self, Actor, Deed};

/// How many are shown.
const SHOWN: i64 = 100;

/// What a device has sent since it was seen to send much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flood {
    /// The device.
    pub asset_id: AssetId,
    /// How many messages, stored or not.
    pub messages: i64,
    /// How many bytes of them.
    pub bytes: i64,
}

/// A device that sent too much, as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FloodRow {
    /// The device.
    pub asset_id: AssetId,
    /// What it is called.
    pub name: String,
    /// The name of its customer.
    pub customer_name: String,
    /// When that began.
    pub first_at: DateTime<Utc>,
    /// When it was seen last.
    pub last_at: DateTime<Utc>,
    /// How many messages it sent at a stretch, at most.
    pub messages: i64,
    /// How many bytes.
    pub bytes: i64,
}

/// Notes a flood that goes on now. The first time in an hour it is noted in the audit log, too. May be repeated, and by several at
/// once. Nothing is noted of a device that is not known.
///
/// # Errors
/// When the database fails.
pub async fn record(db: &PgPool, flood: &Flood) -> sqlx::Result<()> {
    let mut transaction = db.begin().await?;
    let is_first = sqlx::query_scalar!(
        r#"insert into device_floods (asset_id, hour, first_at, last_at, messages, bytes)
           select asset_id, date_trunc('hour', now()), now(), now(), $2, $3
           from assets
           where asset_id = $1
           on conflict (asset_id, hour) do update
           set last_at = greatest(device_floods.last_at, excluded.last_at),
               messages = greatest(device_floods.messages, excluded.messages),
               bytes = greatest(device_floods.bytes, excluded.bytes)
           returning (xmax = 0) as "is_first!""#,
        flood.asset_id.uuid(),
        flood.messages,
        flood.bytes,
    )
    .fetch_optional(&mut *transaction)
    .await?;
    if is_first == Some(true) {
        let deed = Deed {
            action: "device.flooded",
            actor: Actor::System,
            address: None,
            subject: Some(("asset", flood.asset_id.to_string())),
            details: json!({ "messages": flood.messages, "bytes": flood.bytes }),
        };
        audit::record(&mut *transaction, &deed).await?;
    }
    transaction.commit().await
}

/// The devices that sent too much within the last day, last seen first.
///
/// # Errors
/// When the database fails.
pub async fn of_the_last_day(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<FloodRow>> {
    sqlx::query_as!(
        FloodRow,
        r#"select f.asset_id as "asset_id: AssetId",
                  a.name,
                  c.name as customer_name,
                  min(f.first_at) as "first_at!",
                  max(f.last_at) as "last_at!",
                  max(f.messages) as "messages!",
                  max(f.bytes) as "bytes!"
           from device_floods f
           join assets a using (asset_id)
           join customers c using (customer_id)
           where f.last_at > now() - interval '1 day'
           group by f.asset_id, a.name, c.name
           order by max(f.last_at) desc, f.asset_id
           limit $1"#,
        SHOWN,
    )
    .fetch_all(db)
    .await
}

/// Forgets floods that were seen last before `before`. How many.
///
/// # Errors
/// When the database fails.
pub async fn purge(db: impl PgExecutor<'_>, before: DateTime<Utc>) -> sqlx::Result<u64> {
    let purged = sqlx::query!(
        "delete from device_floods
         where last_at < $1",
        before,
    )
    .execute(db)
    .await?;
    Ok(purged.rows_affected())
}
