//! Technicians who are online or not, what they want to be told of, and what they were told.

use std::sync::Arc;
use std::time::Duration;

use broker_config::presence::{self, Lease, Online};
use broker_config::{Log, NotificationRule, SystemClock, TabId, TabSubject, TechnicianId};
use chrono::DateTime;
use sqlx::PgPool;
use store::notification_settings::RuleSetting;
use tests::{Bench, eventually};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use workers::notification::Notification;
use workers::notification::postman::{MailSettings, Pace, Postman, PostmanSettings, WebhookSettings};

use crate::scene::Scene;

/// Longer than any test.
const LONG: Duration = Duration::from_hours(1);

/// The address of the front in what is sent.
pub const PUBLIC_URL: &str = "https://chat.example.com";

/// A pace that no test has to wait for.
pub const SOON: Pace = Pace { first_pause: Duration::from_millis(20), attempts: 8 };

/// The notification worker, which knows that these technicians are online.
pub async fn notification(bench: &Bench, online: &[TechnicianId]) -> Notification {
    for technician_id in online {
        let tab = TabSubject { technician_id: *technician_id, tab_id: TabId::new() };
        let lease = Lease { is_visible: true, seen_at: DateTime::UNIX_EPOCH, is_closing: false };
        presence::write(&bench.web_log, tab, &lease, LONG, None).await.unwrap();
    }
    let known = follow(&bench.log);
    eventually("it is known who is online", async || known.known().len() == online.len()).await;
    Notification::new(bench.db.clone(), bench.log.clone(), known)
}

/// Who is online, as the broker of `log` knows it.
pub fn follow(log: &Log) -> Online {
    let (online, log) = (Online::default(), log.clone());
    tokio::spawn({
        let online = online.clone();
        async move { online.follow(&log).await }
    });
    online
}

/// Lets a technician be told of a rule over these channels.
pub async fn wants(db: &PgPool, technician_id: TechnicianId, rule: NotificationRule, channels: &[&str], minutes: i32) {
    let has = |channel| channels.contains(&channel);
    let (in_app, email, webhook) = (has("in_app"), has("email"), has("webhook"));
    let setting = RuleSetting { rule, in_app, email, webhook, minutes };
    store::notification_settings::write(db, technician_id, &[setting]).await.unwrap();
}

/// Lets a technician be told of nothing at all.
pub async fn wants_nothing(db: &PgPool, technician_id: TechnicianId) {
    for rule in NotificationRule::ALL {
        wants(db, technician_id, rule, &[], 10).await;
    }
}

/// Every notice: whose, by which rule, and whether it was read; in the order in which they fired, of one moment by name.
pub async fn notices(db: &PgPool) -> Vec<(String, String, bool)> {
    sqlx::query_as(
        "select t.name, n.rule, n.read_at is not null
         from notices n
         join technicians t using (technician_id)
         order by n.created_at, t.name, n.rule",
    )
    .fetch_all(db)
    .await
    .unwrap()
}

/// Every delivery that is not in the app: to whom, how, and what became of it, in order.
pub async fn deliveries(db: &PgPool) -> Vec<(String, String, String)> {
    sqlx::query_as(
        "select t.name, d.channel, d.state
         from deliveries d
         join technicians t using (technician_id)
         where d.channel <> 'in_app'
         order by d.position",
    )
    .fetch_all(db)
    .await
    .unwrap()
}

/// Waits until deliveries are so.
pub async fn deliveries_become(db: &PgPool, expected: &[(&str, &str, &str)]) {
    let expected: Vec<_> =
        expected.iter().map(|(to, by, state)| (to.to_string(), by.to_string(), state.to_string())).collect();
    eventually(&format!("deliveries become {expected:?}"), async || deliveries(db).await == expected).await;
}

/// A postman at work beside the test.
pub struct RunningPostman {
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

impl RunningPostman {
    pub fn start(scene: &Scene, settings: PostmanSettings) -> Self {
        let postman = Postman::new(scene.bench.db.clone(), Arc::new(SystemClock), settings).unwrap();
        let shutdown = CancellationToken::new();
        let stop = shutdown.clone();
        Self { shutdown, task: tokio::spawn(async move { postman.run(&stop).await }) }
    }

    pub async fn stop(self) {
        self.shutdown.cancel();
        self.task.await.unwrap();
    }
}

/// How a test's postman works.
pub fn settings(mail: Option<MailSettings>) -> PostmanSettings {
    let webhook = WebhookSettings { allow_private_addresses: true, include_text: false };
    PostmanSettings { mail, webhook, public_url: PUBLIC_URL.to_owned(), pace: SOON }
}
