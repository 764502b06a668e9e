//! Workers that run beside a test.

use broker_config::{AssetId, subject};
use sqlx::PgPool;
use tests::{Bench, eventually};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use workers::persistence::Persistence;
use workers::runner::{self, BatchWorker};
use workers::sync::Sync;

/// A worker in a task of its own.
pub struct Running {
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    /// Any worker on the log.
    pub fn worker<W: BatchWorker>(bench: &Bench, worker: W) -> Self {
        let log = bench.log.clone();
        Self::spawn(async move |shutdown| runner::run(&worker, &log, &shutdown).await)
    }

    /// Persistence.
    pub fn persistence(bench: &Bench) -> Self {
        Self::worker(bench, Persistence::new(bench.db.clone(), bench.log.client()))
    }

    /// Sync, for the organisation "Harbour IT", once it listens.
    pub async fn sync(bench: &Bench) -> Self {
        let sync = Sync::new(bench.db.clone(), bench.log.clone(), "Harbour IT".to_owned().try_into().unwrap());
        let running = Self::spawn(async move |shutdown| sync.run(&shutdown).await);
        let nobody = AssetId::new();
        let client = bench.broker.connect_device(nobody).await;
        eventually("sync listens", || async { client.request(subject::sync(nobody), "{}".into()).await.is_ok() }).await;
        running
    }

    /// Whatever runs until it is told to stop.
    pub fn spawn<F: Future<Output = ()> + Send + 'static>(run: impl FnOnce(CancellationToken) -> F) -> Self {
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(run(shutdown.clone()));
        Self { shutdown, task }
    }

    /// Tells it to stop.
    pub fn tell_to_stop(&self) {
        self.shutdown.cancel();
    }

    /// Tells it to stop, and waits until it has.
    pub async fn stop(self) {
        self.shutdown.cancel();
        self.task.await.unwrap();
    }

    /// Ends it on the spot.
    pub async fn kill(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
    }
}

/// Waits until Postgres has the log up to `seq`.
pub async fn persisted(bench: &Bench, seq: u64) {
    eventually("persistence has caught up", || async {
        bench.log.persisted_upto().await.is_ok_and(|upto| upto >= seq)
    })
    .await;
}

/// Every row of what persistence writes.
pub async fn tables(db: &PgPool) -> serde_json::Value {
    sqlx::query_scalar(
        "select jsonb_build_array(
            (select jsonb_agg(row order by chat_id) from chats row),
            (select jsonb_agg(row order by chat_id, message_id) from messages row),
            (select jsonb_agg(row order by chat_id, technician_id) from reads row))",
    )
    .fetch_one(db)
    .await
    .unwrap()
}

/// Shuts a test's database and cuts every connection to it, or opens it again.
pub async fn database_is_open(db: &PgPool, open: bool) {
    let name = db.connect_options().get_database().unwrap().to_owned();
    let elsewhere = PgPool::connect_with((*db.connect_options()).clone().database("postgres")).await.unwrap();
    let shut = format!("alter database \"{name}\" with allow_connections {open}");
    sqlx::query(sqlx::AssertSqlSafe(shut)).execute(&elsewhere).await.unwrap();
    if !open {
        sqlx::query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1")
            .bind(name)
            .execute(&elsewhere)
            .await
            .unwrap();
    }
}
