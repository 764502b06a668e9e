//! A device with an agent.

use std::path::Path;
use std::time::Duration;

use agent::{Agent, AgentSettings, Identity, Seed, Snapshot, What};
use broker_config::{AssetId, Clock, SystemClock};
use chrono::TimeDelta;
use nkeys::KeyPair;
use sqlx::PgPool;
use tempfile::TempDir;
use tests::{Bench, eventually};

/// A device's folder and who it is.
pub struct Device {
    pub asset_id: AssetId,
    pub folder: TempDir,
    jwt: String,
    seed: String,
    url: String,
}

impl Device {
    /// The device of a new asset.
    pub async fn new(bench: &Bench) -> Self {
        Self::of(bench, bench.asset().await)
    }

    /// A device that says it is this asset.
    pub fn of(bench: &Bench, asset_id: AssetId) -> Self {
        let user = KeyPair::new_user();
        let signer = bench.broker.keys().device_signer().unwrap();
        let jwt = signer
            .user_jwt(asset_id, &user.public_key(), SystemClock.now(), SystemClock.now() + TimeDelta::days(1))
            .unwrap();
        let (folder, seed, url) = (TempDir::new().unwrap(), user.seed().unwrap(), bench.broker.url());
        Self { asset_id, folder, jwt, seed, url }
    }

    pub fn settings(&self) -> AgentSettings {
        let identity = Identity {
            asset_id: self.asset_id,
            server: None,
            broker_urls: vec![self.url.clone()],
            certificate_authority: None,
            proxy: None,
            jwt: self.jwt.clone(),
            seed: Seed::new(&*self.seed),
            folder: None,
        };
        AgentSettings {
            answer_patience: Duration::from_secs(1),
            receipt_patience: Duration::from_secs(1),
            ..AgentSettings::new(identity, self.folder.path().to_owned())
        }
    }

    pub async fn start(&self) -> Agent {
        Agent::start(self.settings()).await.unwrap().0
    }

    /// What enrolment would leave in the folder.
    pub fn write_identity(&self) -> &Path {
        let identity = serde_json::json!({"asset_id": self.asset_id, "broker_urls": [self.url], "jwt": self.jwt});
        std::fs::write(self.folder.path().join("identity.json"), identity.to_string()).unwrap();
        std::fs::write(self.folder.path().join("device.seed"), &self.seed).unwrap();
        self.folder.path()
    }
}

/// The texts of all messages that the device shows, in order.
pub fn texts(snapshot: &Snapshot) -> Vec<String> {
    let said = snapshot.entries.iter().filter_map(|entry| match &entry.what {
        What::Said { text, .. } => Some(text.to_string()),
        _ => None,
    });
    said.chain(snapshot.waiting.iter().map(|waiting| waiting.text.to_string())).collect()
}

/// Waits until the agent shows something.
pub async fn shows(agent: &Agent, what: &str, condition: impl Fn(&Snapshot) -> bool) {
    eventually(what, || async { condition(&agent.snapshot().await.unwrap()) }).await;
}

/// The texts of all messages in Postgres, in the log's order.
pub async fn stored(db: &PgPool) -> Vec<String> {
    sqlx::query_scalar("select body from messages order by seq").fetch_all(db).await.unwrap()
}

/// How many chats Postgres has.
pub async fn chats(db: &PgPool) -> i64 {
    sqlx::query_scalar("select count(*) from chats").fetch_one(db).await.unwrap()
}
