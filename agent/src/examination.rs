//! Whether this device gets through to its server, for somebody who looks for what is wrong.

use std::time::Duration;

use async_nats::ConnectErrorKind;
use broker_config::{SyncAnswer, SyncRefusal, SyncRequest, Synced};
use chrono::{DateTime, Utc};

use crate::identity::Identity;
use crate::link::{Connection, Incoming, LinkEvent};

/// How long the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Connects as this device and asks for what it is told about itself. A running agent is not disturbed.
///
/// # Errors
/// See [`Trouble`].
pub async fn examine(identity: Identity) -> Result<Synced, Trouble> {
    tokio::time::timeout(PATIENCE, ask(identity)).await.unwrap_or(Err(Trouble::Silent))
}

/// The time at a Trayline server, as it says itself, to the second.
///
/// # Errors
/// When it cannot be reached, or does not say.
pub async fn server_time(identity: Identity) -> Result<DateTime<Utc>, Trouble> {
    let asked = tokio::task::spawn_blocking(move || identity.server_time());
    asked.await.ok().flatten().ok_or(Trouble::Unreachable)
}

async fn ask(identity: Identity) -> Result<Synced, Trouble> {
    let mut connection = Connection::open(identity).await.map_err(|error| match error.kind() {
        ConnectErrorKind::AuthorizationViolation | ConnectErrorKind::Authentication => Trouble::Refused,
        ConnectErrorKind::Tls => Trouble::Certificate,
        _ => Trouble::Unreachable,
    })?;
    let request = SyncRequest { after: 0, pending: Vec::new() };
    let token = connection.sync(&request).await.map_err(|_| Trouble::Unreachable)?;
    loop {
        match connection.next().await {
            Some(LinkEvent::Heard(Incoming::Answer(answered, answer))) if answered == token => {
                return read(answer.as_deref());
            }
            Some(LinkEvent::Refused) => return Err(Trouble::Refused),
            Some(LinkEvent::Disconnected) | None => return Err(Trouble::Unreachable),
            Some(LinkEvent::Connected | LinkEvent::Gap | LinkEvent::Heard(_)) => {}
        }
    }
}

fn read(answer: Option<&[u8]>) -> Result<Synced, Trouble> {
    match answer.map(serde_json::from_slice::<SyncAnswer>) {
        Some(Ok(SyncAnswer::Synced(synced))) => Ok(*synced),
        Some(Ok(SyncAnswer::Refused(refused))) if refused.reason == SyncRefusal::UnknownAsset => Err(Trouble::Unknown),
        Some(Ok(SyncAnswer::Refused(_)) | Err(_)) | None => Err(Trouble::Silent),
    }
}

/// What stands between this device and its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// There is no way to the broker.
    #[error("the server cannot be reached")]
    Unreachable,
    /// The server's certificate is not trusted, or its name does not fit.
    #[error("the server's certificate is not accepted")]
    Certificate,
    /// The broker does not take the credential.
    #[error("the server refuses this device's credential")]
    Refused,
    /// Trayline does not know the device.
    #[error("the server does not know this device any more")]
    Unknown,
    /// The broker is there, and nobody answers behind it.
    #[error("the server does not answer")]
    Silent,
}
