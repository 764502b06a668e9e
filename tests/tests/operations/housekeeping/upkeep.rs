//! A bench with persistence beside it, and housekeeping.

use std::time::Duration;

use broker_config::{ChatId, InstanceId};
use serde_json::Value;
use sqlx::PgPool;
use tests::{Bench, TestDevice, eventually};
use tokio_util::sync::{CancellationToken, DropGuard};
use workers::housekeeping::{Housekeeping, Job, Ran, Schedules, Settings};
use workers::persistence::Persistence;
use workers::runner;

pub struct Upkeep {
    pub bench: Bench,
    pub housekeeping: Housekeeping,
    _stop: DropGuard,
}

impl Upkeep {
    /// Chats are idle after seven days, and archived ones kept for thirty.
    pub async fn new(db: PgPool) -> Self {
        let bench = Bench::new(db).await;
        let stop = CancellationToken::new();
        tokio::spawn({
            let (db, log, stop) = (bench.db.clone(), bench.log.clone(), stop.clone());
            async move { runner::run(&Persistence::new(db, log.client()), &log, &stop).await }
        });
        let housekeeping = instance(&bench, 30);
        Self { bench, housekeeping, _stop: stop.drop_guard() }
    }

    /// Does a job, and gives what it has done.
    pub async fn perform(&self, job: Job) -> Value {
        match self.housekeeping.perform_if_due(job, Duration::ZERO).await {
            Ran::Done(outcome) => outcome,
            other => panic!("{other:?}"),
        }
    }

    /// Waits until Postgres has all of the log.
    pub async fn settle(&self) {
        let (_, last) = self.bench.web_log.bounds().await.unwrap();
        eventually("persistence has caught up", || async {
            self.bench.web_log.persisted_upto().await.is_ok_and(|upto| upto >= last)
        })
        .await;
    }

    /// A chat that a client opened, with what they said, and perhaps an answer.
    pub async fn chat(&self, device: &TestDevice, answer: Option<&str>) -> ChatId {
        let chat_id = ChatId::new();
        let seq = self.bench.log.asset_state(device.asset_id).await.unwrap().seq;
        assert_eq!(device.open(chat_id, seq).await.error, None);
        device.say(chat_id, "hello?").await;
        if let Some(text) = answer {
            self.bench.technician_says(device.asset_id, chat_id, text).await;
        }
        self.settle().await;
        chat_id
    }

    /// Makes what happened in a chat so many hours older in the database.
    pub async fn age(&self, chat_id: ChatId, hours: i32) {
        sqlx::query(
            "update chats
             set last_at = last_at - make_interval(hours => $2), closed_at = closed_at - make_interval(hours => $2)
             where chat_id = $1",
        )
        .bind(chat_id)
        .bind(hours)
        .execute(&self.bench.db)
        .await
        .unwrap();
    }

    pub async fn open_chats(&self) -> Vec<ChatId> {
        self.settle().await;
        sqlx::query_scalar(
            "select chat_id from chats where closed_seq is null and opened_seq is not null order by opened_seq",
        )
        .fetch_all(&self.bench.db)
        .await
        .unwrap()
    }
}

/// An instance of housekeeping whose schedules never come within a test.
pub fn instance(bench: &Bench, archive_retention_days: u32) -> Housekeeping {
    let yearly = || "0 0 0 1 1 *".parse().unwrap();
    let settings = Settings {
        idle_days: 7,
        archive_retention_days,
        connection_days: 90,
        notice_days: 90,
        schedules: Schedules {
            close_idle_chats: yearly(),
            forget_archived_chats: yearly(),
            close_overlapping_chats: yearly(),
            set_lost_timers: yearly(),
            forget_connections: yearly(),
            forget_sessions: yearly(),
            retry_deliveries: yearly(),
            forget_notices: yearly(),
            index_texts: yearly(),
            erase_data: yearly(),
        },
    };
    Housekeeping::new(bench.db.clone(), bench.log.clone(), settings, InstanceId::new())
}
