//! Devices' connections to the broker. Any of these writes may be repeated, and made in any order.

use std::collections::BTreeMap;

use broker_config::{AssetConnected, AssetId, DeviceConnection};
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// Connections, by server and number, of which each is written once. The order is the one in which rows are locked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Connections(BTreeMap<(String, i64), DeviceConnection>);

impl Connections {
    /// Adds what was said about a connection. Of two that are the same one, the end counts.
    pub fn add(&mut self, connection: DeviceConnection) {
        let key = (connection.server_id.clone(), connection.client_id);
        let ended = connection.disconnected_at;
        let kept = self.0.entry(key).or_insert(connection);
        kept.disconnected_at = kept.disconnected_at.or(ended);
    }

    /// How many they are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The assets that have them.
    #[must_use]
    pub fn asset_ids(&self) -> Vec<AssetId> {
        self.0.values().map(|connection| connection.asset_id).collect()
    }
}

impl FromIterator<DeviceConnection> for Connections {
    fn from_iter<I: IntoIterator<Item = DeviceConnection>>(connections: I) -> Self {
        let mut all = Self::default();
        connections.into_iter().for_each(|connection| all.add(connection));
        all
    }
}

/// Writes what the broker said about connections; with `listed_at`, that they were open then.
///
/// # Errors
/// When the database fails.
pub async fn record(
    db: impl PgExecutor<'_>,
    Connections(connections): &Connections,
    listed_at: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    let server_ids: Vec<_> = connections.values().map(|connection| connection.server_id.clone()).collect();
    let client_ids: Vec<_> = connections.values().map(|connection| connection.client_id).collect();
    let asset_ids: Vec<_> = connections.values().map(|connection| connection.asset_id.uuid()).collect();
    let addresses: Vec<_> =
        connections.values().map(|connection| connection.address.map(|address| address.to_string())).collect();
    let connected_ats: Vec<_> = connections.values().map(|connection| connection.connected_at).collect();
    let disconnected_ats: Vec<_> = connections.values().map(|connection| connection.disconnected_at).collect();
    let agent_versions: Vec<_> = connections.values().map(|connection| connection.agent_version.clone()).collect();
    sqlx::query!(
        r#"insert into device_connections
               (server_id, client_id, asset_id, address, connected_at, disconnected_at, listed_at, agent_version)
           select server_id, client_id, asset_id, address::inet, connected_at, disconnected_at, $7::timestamptz,
                  agent_version
           from unnest($1::text[], $2::bigint[], $3::uuid[], $4::text[], $5::timestamptz[], $6::timestamptz[], $8::text[])
               as said (server_id, client_id, asset_id, address, connected_at, disconnected_at, agent_version)
           on conflict (server_id, client_id) do update
           set connected_at = least(device_connections.connected_at, excluded.connected_at),
               disconnected_at = least(device_connections.disconnected_at, excluded.disconnected_at),
               listed_at = greatest(device_connections.listed_at, excluded.listed_at)"#,
        &server_ids,
        &client_ids,
        &asset_ids,
        &addresses as _,
        &connected_ats,
        &disconnected_ats as _,
        listed_at,
        &agent_versions as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The last connection of an asset that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastSeen {
    /// Whether it is open.
    pub is_open: bool,
    /// When it began.
    pub connected_at: DateTime<Utc>,
    /// When it ended, as far as is known.
    pub ended_at: Option<DateTime<Utc>>,
    /// From where.
    pub address: Option<String>,
    /// The version of the program at the other end, as it says itself.
    pub agent_version: Option<String>,
}

/// The open connection of an asset that began last; without an open one, the one that began last.
///
/// # Errors
/// When the database fails.
pub async fn last_of(db: impl PgExecutor<'_>, asset_id: AssetId) -> sqlx::Result<Option<LastSeen>> {
    sqlx::query_as!(
        LastSeen,
        r#"select is_open,
                  connected_at,
                  case when is_open then null else coalesce(disconnected_at, missing_at) end as ended_at,
                  host(address) as address,
                  agent_version
           from device_connections
           where asset_id = $1
           order by is_open desc, connected_at desc
           limit 1"#,
        asset_id.uuid(),
    )
    .fetch_optional(db)
    .await
}

/// The numbers of a server's connections that count as open.
///
/// # Errors
/// When the database fails.
pub async fn open_at(db: impl PgExecutor<'_>, server_id: &str) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        "select client_id
         from device_connections
         where server_id = $1
           and is_open",
        server_id,
    )
    .fetch_all(db)
    .await
}

/// These of a server's connections, as far as they began before `at`, were not among its open ones then. Whose they are.
///
/// # Errors
/// When the database fails.
pub async fn miss(
    db: impl PgExecutor<'_>,
    server_id: &str,
    client_ids: &[i64],
    at: DateTime<Utc>,
) -> sqlx::Result<Vec<AssetId>> {
    sqlx::query_scalar!(
        r#"update device_connections
           set missing_at = greatest(missing_at, $3)
           where server_id = $1
             and client_id = any($2)
             and connected_at < $3
             and is_open
           returning asset_id as "asset_id: AssetId""#,
        server_id,
        client_ids,
        at,
    )
    .fetch_all(db)
    .await
}

/// All servers but these are gone, and their connections with them. Whose they were.
///
/// # Errors
/// When the database fails.
pub async fn miss_other_servers(db: impl PgExecutor<'_>, server_ids: &[String]) -> sqlx::Result<Vec<AssetId>> {
    sqlx::query_scalar!(
        r#"update device_connections
           set missing_at = greatest(missing_at, now())
           where is_open
             and server_id <> all($1)
           returning asset_id as "asset_id: AssetId""#,
        server_ids,
    )
    .fetch_all(db)
    .await
}

/// Whether these assets are connected.
///
/// # Errors
/// When the database fails.
pub async fn states(db: impl PgExecutor<'_>, asset_ids: &[AssetId]) -> sqlx::Result<Vec<AssetConnected>> {
    let asset_ids: Vec<_> = asset_ids.iter().map(|asset_id| asset_id.uuid()).collect();
    sqlx::query_as!(
        AssetConnected,
        r#"select asked.asset_id as "asset_id!: AssetId",
                  exists (
                      select from device_connections d
                      where d.asset_id = asked.asset_id
                        and d.is_open
                  ) as "is_connected!"
           from (select distinct unnest($1::uuid[]) as asset_id) asked
           order by asked.asset_id"#,
        &asset_ids,
    )
    .fetch_all(db)
    .await
}

/// Forgets connections that began before `before` and have ended, but for the last one of each asset. How many.
///
/// # Errors
/// When the database fails.
pub async fn purge(db: impl PgExecutor<'_>, before: DateTime<Utc>) -> sqlx::Result<u64> {
    let purged = sqlx::query!(
        "delete from device_connections d
         where not d.is_open
           and d.connected_at < $1
           and exists (
               select from device_connections later
               where later.asset_id = d.asset_id
                 and later.connected_at > d.connected_at
           )",
        before,
    )
    .execute(db)
    .await?;
    Ok(purged.rows_affected())
}

#[cfg(test)]
mod tests;
