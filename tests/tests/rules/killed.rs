//! Real processes, killed with -9 between deciding and acting: a lock in the database holds them there.

use broker_config::{Leaf, Ping, Role, Timer, TimerKind, consumer, stream};
use futures::{FutureExt, StreamExt};
use serde_json::json;
use sqlx::PgPool;
use tests::{Program, eventually};

use crate::scene::{Scene, handled, set_policy, technician};

/// Waits until at least so many wait for locks in this test's database.
pub async fn waiting_for_locks(db: &PgPool, at_least: i64) {
    eventually("the worker waits for the lock", async || {
        let waiting: i64 = sqlx::query_scalar(
            "select count(*)
             from pg_locks
             join pg_database on pg_database.oid = pg_locks.database
             where datname = current_database()
               and not granted",
        )
        .fetch_one(db)
        .await
        .unwrap();
        waiting >= at_least
    })
    .await;
}

/// Starts `worker`, kills it while it waits for `table`, and starts another one, which takes over what it had begun.
async fn killed_while_deciding(scene: &Scene, worker: &str, table: &str) -> Program {
    let mut first = scene.bench.program(&["work", worker]);
    let mut lock = scene.bench.db.begin().await.unwrap();
    let locking = format!("lock table {table} in access exclusive mode");
    sqlx::query(sqlx::AssertSqlSafe(locking)).execute(&mut *lock).await.unwrap();
    first.start();
    waiting_for_locks(&scene.bench.db, 1).await;
    first.kill();
    lock.rollback().await.unwrap();

    let mut second = scene.bench.program(&["work", worker]);
    second.start();
    second
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn assignment_killed_while_it_decides_assigns_once(db: PgPool) {
    let ada = technician(&db, "Ada").await;
    set_policy(&db, json!({ "assignment": { "type": "technician", "technician_id": ada } })).await;
    let scene = Scene::open(db).await;

    let _second = killed_while_deciding(&scene, "assignment", "policies").await;
    handled(&scene.bench, stream::CHAT, consumer::ASSIGNMENT).await;

    assert_eq!(scene.facts(Leaf::Assigned).await.len(), 1);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn unavailable_killed_while_it_decides_says_its_message_once(db: PgPool) {
    set_policy(&db, json!({ "unavailable_message": "Nobody is here.", "unavailable_seconds": 1 })).await;
    let scene = Scene::open(db).await;
    scene.client_says("anyone there?").await;

    // The half that sets the timer is held.
    let second = killed_while_deciding(&scene, "unavailable", "policies").await;
    eventually("the message is said", async || !scene.said_by_system().await.is_empty()).await;
    drop(second);

    // The half that speaks is held.
    scene.technician_says("Here I am.").await;
    let since_seq = scene.client_says("and now?").await;
    let waits_since = scene.facts(Leaf::SaidClient).await[1].at;
    let timer = Timer { asset_id: scene.asset_id(), chat_id: scene.chat_id, since_seq };
    scene.bench.log.set_timer(TimerKind::Unavailable, &timer, waits_since).await.unwrap();
    let _second = killed_while_deciding(&scene, "unavailable", "policies").await;
    eventually("the second message is said", async || scene.said_by_system().await.len() == 2).await;
    handled(&scene.bench, stream::CHAT, consumer::UNAVAILABLE).await;
    handled(&scene.bench, stream::TIMER, consumer::UNAVAILABLE_DUE).await;
    assert_eq!(scene.said_by_system().await.len(), 2);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn ping_killed_while_it_decides_pings_once(db: PgPool) {
    technician(&db, "Ada").await;
    let scene = Scene::open(db).await;
    let web = scene.bench.broker.log(Role::Web).await;
    let mut heard = web.client().subscribe("live.tech.*.ping").await.unwrap();
    web.bounds().await.unwrap();
    let said = scene.client_says("anyone there?").await;

    let _second = killed_while_deciding(&scene, "ping", "pings").await;
    let ping = heard.next().await.unwrap();
    handled(&scene.bench, stream::CHAT, consumer::PING).await;

    assert_eq!(serde_json::from_slice::<Ping>(&ping.payload).unwrap().seq, said);
    assert!(heard.next().now_or_never().is_none(), "a second ping");
}
