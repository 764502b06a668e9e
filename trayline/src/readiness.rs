//! Whether a process can do its work now.

use std::time::Duration;

use async_nats::Client;
use async_nats::connection::State;
use serde::Serialize;
use sqlx::{Connection, PgPool};
use tokio::time::timeout;

/// How long an answer may take before what was asked counts as away.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a process needs to do its work. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Readiness {
    /// Its connections to the broker, each with its role's name.
    pub brokers: Vec<(&'static str, Client)>,
    /// Its connections to the database.
    pub database: PgPool,
}

/// What is there and what is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ready {
    /// Whether all is there.
    pub ready: bool,
    /// What is not, in words. Empty when all is there.
    pub missing: Vec<String>,
}

impl Readiness {
    /// Asks everything.
    pub async fn ask(&self) -> Ready {
        let brokers = self.brokers.iter().filter_map(ask_broker);
        let missing: Vec<_> = brokers.chain(ask_database(&self.database).await).collect();
        Ready { ready: missing.is_empty(), missing }
    }
}

/// The connection pings by itself and gives up after two pings, so its state is an answer.
fn ask_broker((role, client): &(&'static str, Client)) -> Option<String> {
    match client.connection_state() {
        State::Connected => None,
        State::Pending | State::Disconnected => Some(format!("the broker (as {role}) is not reachable")),
    }
}

async fn ask_database(database: &PgPool) -> Option<String> {
    let asked = async { database.acquire().await?.ping().await };
    match timeout(PATIENCE, asked).await {
        Ok(Ok(())) => None,
        Ok(Err(error)) => {
            tracing::debug!(%error, "the database was asked whether it is there");
            Some("the database refuses us or is not reachable".to_owned())
        }
        Err(_) => Some("the database does not answer".to_owned()),
    }
}
