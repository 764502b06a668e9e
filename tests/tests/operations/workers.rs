use broker_config::ChatId;
use serde_json::{Value, json};
use sqlx::PgPool;
use tests::eventually;

use crate::installation::Installation;

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_running_worker_is_alive_and_one_that_ended_or_was_never_started_is_not(db: PgPool) {
    let installation = Installation::new(db).await;
    let mut sync = installation.trayline(&["work", "sync"]);
    sync.start();
    eventually("sync has a lease", async || instances(&installation, "sync").await.len() == 1).await;

    let lease = instances(&installation, "sync").await.remove(0);
    assert_eq!((&lease["worker"], &lease["process_id"]), (&json!("sync"), &json!(sync.pid())));
    assert_eq!(instances(&installation, "persistence").await, Vec::<Value>::new());
    let doctor = installation.json(&["doctor"]).await;
    let found: Vec<_> = doctor["findings"].as_array().unwrap().iter().filter(|of| of["about"] == "workers").collect();
    let health = |name: &str| {
        let finding = found.iter().find(|finding| finding["found"].as_str().unwrap().starts_with(name)).unwrap();
        finding["health"].clone()
    };
    assert_eq!((health("sync: 1 instance"), health("persistence: 0 instances")), (json!("ok"), json!("fail")));

    sync.tell_to_stop();
    eventually("its lease was given up", async || instances(&installation, "sync").await.is_empty()).await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_waits_for_a_worker_is_counted_and_its_oldest_fact_named_until_it_is_handled(db: PgPool) {
    let installation = Installation::new(db).await;
    let device = installation.bench.device().await;
    let chat_id = ChatId::new();
    device.open(chat_id, 0).await;
    let (_, said) = device.say(chat_id, "anyone there?").await;

    let waits = overview(&installation, "persistence").await["backlog"].clone();
    assert_eq!((&waits["lag"], &waits["in_work"]), (&json!(2), &json!(0)));
    assert_eq!((&waits["oldest"]["seq"], &waits["oldest"]["stream"]), (&json!(1), &json!("CHAT")));
    // Of several filters, the first fact that any of them takes.
    let waits = overview(&installation, "notification").await["backlog"].clone();
    assert_eq!((&waits["lag"], &waits["oldest"]["seq"]), (&json!(1), &json!(said.seq)));

    let mut persistence = installation.trayline(&["work", "persistence"]);
    persistence.start();
    eventually("nothing waits, and the facts are counted", async || {
        let persistence = overview(&installation, "persistence").await;
        persistence["backlog"]["oldest"].is_null() && persistence["counted"]["handled"] == 2
    })
    .await;
}

async fn overview(installation: &Installation, worker: &str) -> Value {
    let printed = installation.json(&["workers"]).await;
    let workers = printed["workers"].as_array().unwrap();
    workers.iter().find(|of| of["worker"] == worker).unwrap().clone()
}

async fn instances(installation: &Installation, worker: &str) -> Vec<Value> {
    overview(installation, worker).await["instances"].as_array().unwrap().clone()
}
