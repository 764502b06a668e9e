use std::sync::Arc;
use std::time::Duration;

use broker_config::{ChatId, Leaf, Logged, Role, consumer, declare, stream};
use sqlx::PgPool;
use tests::{Bench, eventually};
use tokio::sync::Semaphore;
use workers::persistence::Persistence;
use workers::runner::{BatchWorker, Rejected, WorkError};

use crate::facts::{append, client, said};
use crate::running::{Running, persisted, tables};

/// Persistence that, once a batch is committed, waits until the test lets it go on.
struct Held {
    persistence: Persistence,
    gate: Arc<Semaphore>,
}

impl Held {
    fn new(bench: &Bench) -> (Self, Arc<Semaphore>) {
        let gate = Arc::new(Semaphore::new(0));
        let persistence = Persistence::new(bench.db.clone(), bench.log.client());
        (Self { persistence, gate: Arc::clone(&gate) }, gate)
    }
}

impl BatchWorker for Held {
    type Item = Logged;
    const NAME: &'static str = Persistence::NAME;
    const BATCH: usize = 4;

    async fn handle(&self, batch: &[Logged]) -> Result<Vec<Rejected>, WorkError> {
        let rejected = self.persistence.handle(batch).await?;
        let _pass = self.gate.acquire().await.unwrap();
        Ok(rejected)
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn killed_between_commit_and_acknowledgement_leaves_the_same_rows(db: PgPool) {
    let bench = Bench::new(db).await;
    deliver_again_soon(&bench).await;
    let (device, chat_id) = (bench.device().await, ChatId::new());
    let seq = append(&bench, &device, chat_id, Leaf::SaidClient, &said(client(), "hello")).await;
    let (held, _gate) = Held::new(&bench);
    let dying = Running::worker(&bench, held);
    eventually("the batch is committed", || async { stored(&bench).await == 1 }).await;
    dying.kill().await;
    assert_eq!(bench.log.persisted_upto().await.unwrap(), 0);
    let committed = tables(&bench.db).await;

    let persistence = Running::persistence(&bench);
    persisted(&bench, seq).await;

    assert_eq!(tables(&bench.db).await, committed);
    persistence.stop().await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_shutdown_finishes_what_was_pulled(db: PgPool) {
    let bench = Bench::new(db).await;
    let (device, chat_id) = (bench.device().await, ChatId::new());
    for _ in 0..10 {
        append(&bench, &device, chat_id, Leaf::SaidClient, &said(client(), "hello")).await;
    }
    let (held, gate) = Held::new(&bench);
    let stopping = Running::worker(&bench, held);
    eventually("everything is pulled, and the first batch held", || async {
        unanswered(&bench).await == 10 && stored(&bench).await > 0
    })
    .await;

    stopping.tell_to_stop();
    gate.add_permits(1);
    stopping.stop().await;

    assert_eq!(stored(&bench).await, 10);
    eventually("all are acknowledged", || async { unanswered(&bench).await == 0 }).await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_worker_outlives_its_broker(db: PgPool) {
    let mut bench = Bench::new(db).await;
    let (device, chat_id) = (bench.device().await, ChatId::new());
    let persistence = Running::persistence(&bench);
    let before = append(&bench, &device, chat_id, Leaf::SaidClient, &said(client(), "before")).await;
    persisted(&bench, before).await;

    bench.broker.kill();
    bench.broker.restart().await;

    let device =
        tests::TestDevice { asset_id: device.asset_id, client: bench.broker.connect_device(device.asset_id).await };
    append(&bench, &device, chat_id, Leaf::SaidClient, &said(client(), "after")).await;
    eventually("what came after is stored", || async { stored(&bench).await == 2 }).await;
    persistence.stop().await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_worker_waits_for_its_consumer(db: PgPool) {
    let bench = Bench::new(db).await;
    let operator = bench.broker.log(Role::Operator).await;
    let chat = operator.jetstream().get_stream(stream::CHAT).await.unwrap();
    chat.delete_consumer(consumer::PERSISTENCE).await.unwrap();
    let (device, chat_id) = (bench.device().await, ChatId::new());
    let seq = append(&bench, &device, chat_id, Leaf::SaidClient, &said(client(), "hello")).await;
    let persistence = Running::persistence(&bench);

    declare::apply(operator.jetstream(), 1).await.unwrap();

    persisted(&bench, seq).await;
    assert_eq!(stored(&bench).await, 1);
    persistence.stop().await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn two_instances_share_the_work_and_leave_nothing(db: PgPool) {
    let bench = Bench::new(db).await;
    let (device, chats) = (bench.device().await, [(); 8].map(|()| ChatId::new()));
    let instances = [Running::persistence(&bench), Running::persistence(&bench)];
    let mut last = 0;
    for turn in 0..400 {
        last = append(&bench, &device, chats[turn % 8], Leaf::SaidClient, &said(client(), "hello")).await;
    }

    persisted(&bench, last).await;

    assert_eq!(stored(&bench).await, 400);
    for instance in instances {
        instance.stop().await;
    }
}

/// A broker that gives a fact to another worker after a second, so that the test need not wait for half a minute.
async fn deliver_again_soon(bench: &Bench) {
    let operator = bench.broker.log(Role::Operator).await;
    let mut config = consumer::persistence().config;
    config.ack_wait = Duration::from_secs(1);
    operator.jetstream().create_consumer_on_stream(config, stream::CHAT).await.unwrap();
}

async fn stored(bench: &Bench) -> i64 {
    sqlx::query_scalar("select count(*) from messages").fetch_one(&bench.db).await.unwrap()
}

async fn unanswered(bench: &Bench) -> usize {
    let stream = bench.log.jetstream().get_stream_no_info(stream::CHAT).await.unwrap();
    stream.consumer_info(consumer::PERSISTENCE).await.unwrap().num_ack_pending
}
