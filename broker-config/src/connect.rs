//! Connecting to the broker as one of our own processes.

use std::path::PathBuf;
use std::time::Duration;

use async_nats::{Client, ConnectOptions, Event};

use crate::{Role, subject};

/// Message schedules and filtered compare-and-set need this version.
pub const OLDEST_SERVER: (i64, i64, i64) = (2, 12, 0);

/// How long the first connection may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest pause between two attempts to connect again.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Where the broker is, and as whom to connect.
#[derive(Debug, Clone)]
pub struct BrokerAddress {
    /// Addresses of its servers, such as `nats://127.0.0.1:4222` or `tls://…`.
    pub urls: Vec<String>,
    /// The role's credentials file.
    pub credentials: PathBuf,
    /// Certificates of the authority that signed the servers', when it is not a public one.
    pub certificate_authority: Option<PathBuf>,
}

/// Connects as `role`. The connection heals itself for as long as the process runs.
///
/// # Errors
/// See [`ConnectError`].
pub async fn connect(address: &BrokerAddress, role: Role) -> Result<Client, ConnectError> {
    let mut options = ConnectOptions::with_credentials_file(&address.credentials)
        .await
        .map_err(|source| ConnectError::Credentials { path: address.credentials.clone(), source })?
        .name(format!("trayline-{}", role.name()))
        .custom_inbox_prefix(subject::inbox_prefix(role.name()))
        .connection_timeout(PATIENCE)
        .reconnect_delay_callback(pause)
        .event_callback(|event| async move { log(&event) });
    if let Some(path) = &address.certificate_authority {
        options = options.add_root_certificates(path.clone());
    }

    let client = options.connect(&address.urls[..]).await.map_err(ConnectError::Unreachable)?;
    let (major, minor, patch) = OLDEST_SERVER;
    if !client.is_server_compatible(major, minor, patch) {
        return Err(ConnectError::TooOld { found: client.server_info().version });
    }
    Ok(client)
}

/// Doubles from 50 ms.
fn pause(attempts: usize) -> Duration {
    let doublings = u32::try_from(attempts).unwrap_or(u32::MAX).min(6);
    LONGEST_PAUSE.min(Duration::from_millis(50) * 2_u32.pow(doublings))
}

fn log(event: &Event) {
    match event {
        Event::Connected => tracing::info!("connected to the broker"),
        Event::Disconnected => tracing::warn!("the broker is away; trying again"),
        Event::ServerError(error) => tracing::error!(%error, "the broker refused something"),
        Event::ClientError(error) => tracing::warn!(%error, "the broker connection had an error"),
        Event::SlowConsumer(_) => {
            tracing::warn!("a subscription is too slow; messages were dropped");
        }
        _ => tracing::debug!(%event, "broker connection"),
    }
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The credentials file cannot be read.
    #[error("cannot read the broker credentials in {path}; `trayline broker init` makes them")]
    Credentials {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: std::io::Error,
    },
    /// No server answers at these addresses, or it does not accept the credentials.
    #[error("cannot connect to the broker")]
    Unreachable(#[source] async_nats::ConnectError),
    /// The server is older than [`OLDEST_SERVER`].
    #[error("nats-server {found} is too old: at least 2.12.0 is needed")]
    TooOld {
        /// Its version.
        found: String,
    },
}
