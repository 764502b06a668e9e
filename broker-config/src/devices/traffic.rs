//! How much devices send, as the broker counts it, and how a connection that sends too much is ended.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Client, Server, asset_of};
use crate::AssetId;

/// What a device has sent over one of its connections since it began: messages of every kind, stored or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceTraffic {
    /// The server, for this run of it.
    pub server_id: String,
    /// The connection's number there.
    pub client_id: i64,
    /// Whose it is.
    pub asset_id: AssetId,
    /// When it began, by that server's clock.
    pub connected_at: DateTime<Utc>,
    /// When this was counted, by that server's clock.
    pub at: DateTime<Utc>,
    /// How many messages.
    pub messages: u64,
    /// How many bytes of them.
    pub bytes: u64,
}

impl DeviceTraffic {
    /// All that came over a connection that ended: an event on [`crate::subject::DEVICE_DISCONNECTED`]. None for what is not about
    /// a device.
    #[must_use]
    pub fn from_end(payload: &[u8]) -> Option<Self> {
        let Ended { server, client, sent } = serde_json::from_slice(payload).ok()?;
        Some(Self {
            server_id: server.id,
            client_id: client.id,
            asset_id: asset_of(&client.jwt?)?,
            connected_at: client.start,
            at: client.stop?,
            messages: sent.msgs,
            bytes: sent.bytes,
        })
    }

    /// The busiest connections of a server: its answer to [`AskBusiest`]. None for a refusal, and for what is not an answer.
    #[must_use]
    pub fn read_busiest(payload: &[u8]) -> Option<Vec<Self>> {
        let Answer { data } = serde_json::from_slice(payload).ok()?;
        let device = |open: Open| {
            Some(Self {
                server_id: data.server_id.clone(),
                client_id: open.cid,
                asset_id: asset_of(&open.jwt?)?,
                connected_at: open.start,
                at: data.now,
                messages: open.in_msgs,
                bytes: open.in_bytes,
            })
        };
        Some(data.connections.into_iter().filter_map(device).collect())
    }
}

/// By what a server says which connections are the busiest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Busy {
    /// By messages that the device has sent.
    #[serde(rename = "msgs_from")]
    ByMessages,
    /// By bytes that it has sent.
    #[serde(rename = "bytes_from")]
    ByBytes,
}

/// A question on [`crate::subject::DEVICE_CONNECTIONS`], which every server answers: over which connections most was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AskBusiest {
    sort: Busy,
    limit: usize,
    auth: bool,
}

impl AskBusiest {
    /// Asks for so many connections.
    #[must_use]
    pub fn new(sort: Busy, limit: usize) -> Self {
        Self { sort, limit, auth: true }
    }
}

/// A request on [`crate::subject::cut`]: ends this connection. The device may come again. Without a reply subject nothing happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CutConnection {
    /// Its number on the server.
    pub cid: i64,
}

#[derive(Deserialize)]
struct Ended {
    server: Server,
    client: Client,
    /// By the client.
    sent: Sent,
}

#[derive(Deserialize)]
struct Sent {
    msgs: u64,
    bytes: u64,
}

#[derive(Deserialize)]
struct Answer {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    server_id: String,
    now: DateTime<Utc>,
    #[serde(default)]
    connections: Vec<Open>,
}

#[derive(Deserialize)]
struct Open {
    cid: i64,
    start: DateTime<Utc>,
    jwt: Option<String>,
    #[serde(default)]
    in_msgs: u64,
    #[serde(default)]
    in_bytes: u64,
}
