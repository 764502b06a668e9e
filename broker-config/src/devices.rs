//! What the broker says about devices' connections: as they come and go, and all of them when it is asked.
//!
//! Whose connection it is, the broker vouches for: it is the name in the JWT that our scoped key signed, never the name that
//! the client chose for itself. A connection is known by its server's id, which is new after every start, and its number
//! there.

mod traffic;

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{AssetId, jwt};

pub use traffic::{AskBusiest, Busy, CutConnection, DeviceTraffic};

/// A device's connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceConnection {
    /// The server, for this run of it.
    pub server_id: String,
    /// The connection's number there.
    pub client_id: i64,
    /// Whose it is.
    pub asset_id: AssetId,
    /// From where.
    pub address: Option<IpAddr>,
    /// When it began, by that server's clock.
    pub connected_at: DateTime<Utc>,
    /// When it ended, if it has.
    pub disconnected_at: Option<DateTime<Utc>>,
    /// The version of the agent at the other end, as it says itself.
    pub agent_version: Option<String>,
}

/// What an agent calls its connection, before its version.
const AGENT_NAME: &str = "trayline-agent ";

/// How long a version may be.
const VERSION_BYTES: usize = 32;

/// The name of an agent's connection, by which the version is known that an asset has.
#[must_use]
pub fn agent_name(version: &str) -> String {
    format!("{AGENT_NAME}{version}")
}

/// What a device signs, with the key that it has, to take a credential for another one: whoever repeats it gains nothing, since the
/// answer is of use to the holder of the new key alone.
#[must_use]
pub fn rotation_claim(new_public_key: &str) -> String {
    format!("trayline credential rotation to {new_public_key}")
}

/// The version in what a client calls itself. Anybody may say anything, so only what looks like a version is one.
fn version_in(name: &str) -> Option<String> {
    let version = name.strip_prefix(AGENT_NAME)?;
    let is_one = |byte: u8| byte.is_ascii_alphanumeric() || b".-+".contains(&byte);
    let looks_like_one = !version.is_empty() && version.len() <= VERSION_BYTES && version.bytes().all(is_one);
    looks_like_one.then(|| version.to_owned())
}

impl DeviceConnection {
    /// Reads an event on [`crate::subject::DEVICE_CONNECTED`] or [`crate::subject::DEVICE_DISCONNECTED`]. None for what is
    /// not about a device.
    #[must_use]
    pub fn from_event(payload: &[u8]) -> Option<Self> {
        let Event { server, client } = serde_json::from_slice(payload).ok()?;
        Some(Self {
            server_id: server.id,
            client_id: client.id,
            asset_id: asset_of(&client.jwt?)?,
            address: client.host.and_then(|host| host.parse().ok()),
            connected_at: client.start,
            disconnected_at: client.stop,
            agent_version: client.name.as_deref().and_then(version_in),
        })
    }
}

/// A question on [`crate::subject::DEVICE_CONNECTIONS`], which every server answers: which connections are open, by rising
/// number, from `offset` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AskConnections {
    /// How many to leave out.
    pub offset: usize,
    /// How many at most.
    pub limit: usize,
    sort: &'static str,
    auth: bool,
}

impl AskConnections {
    /// Asks for so many connections from `offset` on.
    #[must_use]
    pub fn new(offset: usize, limit: usize) -> Self {
        Self { offset, limit, sort: "cid", auth: true }
    }
}

/// A server's answer to [`AskConnections`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenConnections {
    /// The server.
    pub server_id: String,
    /// When it answered, by its clock.
    pub at: DateTime<Utc>,
    /// How many connections are open, of which this is a part.
    pub total: usize,
    /// The connections. What is not a device's is left out.
    pub connections: Vec<DeviceConnection>,
}

impl OpenConnections {
    /// Reads an answer. None for a refusal, and for what is not an answer.
    #[must_use]
    pub fn read(payload: &[u8]) -> Option<Self> {
        let Answer { data } = serde_json::from_slice(payload).ok()?;
        let server_id = data.server_id;
        let device = |open: Open| {
            Some(DeviceConnection {
                server_id: server_id.clone(),
                client_id: open.cid,
                asset_id: asset_of(&open.jwt?)?,
                address: open.ip.and_then(|ip| ip.parse().ok()),
                connected_at: open.start,
                disconnected_at: None,
                agent_version: open.name.as_deref().and_then(version_in),
            })
        };
        let connections = data.connections.into_iter().filter_map(device).collect();
        Some(Self { at: data.now, total: data.total, connections, server_id })
    }
}

/// Assets that have come or gone, on [`crate::subject::ASSET_PRESENCE`]. Many at once, so that a broker's restart is a few
/// messages. It may be lost, and may say what was known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetPresence {
    /// The assets, each once.
    pub assets: Vec<AssetConnected>,
}

/// Whether an asset is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssetConnected {
    /// Which.
    pub asset_id: AssetId,
    /// Whether its device has a connection to the broker.
    pub is_connected: bool,
}

/// Whose connection it is. The server shows the token with which the client has proved who it is.
fn asset_of(token: &str) -> Option<AssetId> {
    jwt::name_of(token)?.parse().ok()
}

#[derive(Deserialize)]
struct Event {
    server: Server,
    client: Client,
}

#[derive(Deserialize)]
struct Server {
    id: String,
}

#[derive(Deserialize)]
struct Client {
    id: i64,
    start: DateTime<Utc>,
    stop: Option<DateTime<Utc>>,
    host: Option<String>,
    name: Option<String>,
    jwt: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    server_id: String,
    now: DateTime<Utc>,
    total: usize,
    #[serde(default)]
    connections: Vec<Open>,
}

#[derive(Deserialize)]
struct Open {
    cid: i64,
    ip: Option<String>,
    start: DateTime<Utc>,
    name: Option<String>,
    jwt: Option<String>,
}
