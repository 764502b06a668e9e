//! A device that sends, on its own subjects, what is no fact: each worker that should have handled it puts it among the dead
//! letters once, and every other chat goes on.

use std::collections::BTreeMap;

use broker_config::{ChatId, ChatSubject, Leaf, Role, TimerKind, consumer, stream};
use serde_json::json;
use sqlx::PgPool;
use tests::Acknowledged;
use workers::assignment::Assignment;
use workers::persistence::Persistence;
use workers::ping::Ping;
use workers::runner::BatchWorker;
use workers::unavailable::Unavailable;

use crate::desk::{follow, notices, notification};
use crate::scene::{Running, Scene, facts, handled, set_policy, technician};

/// Consumers of facts, and whether they take what clients say and how chats begin.
const WORKERS: [(&str, bool, bool); 5] = [
    (consumer::ASSIGNMENT, false, true),
    (consumer::NOTIFICATION, true, false),
    (consumer::PERSISTENCE, true, true),
    (consumer::PING, true, false),
    (consumer::UNAVAILABLE, true, false),
];

/// Sends what the broker lets a device send: on its own subject, anything at all.
async fn send(scene: &Scene, subject: String, payload: impl Into<Vec<u8>>) -> u64 {
    let answer = scene.device.client.request(subject, payload.into().into()).await.unwrap();
    let acknowledged: Acknowledged = serde_json::from_slice(&answer.payload).unwrap();
    assert_eq!(acknowledged.error, None);
    acknowledged.seq
}

/// What is no fact, or none of this version, or not for this subject.
fn no_facts() -> Vec<Vec<u8>> {
    let forged = json!({ "kind": "assigned.v1", "to": null, "by": { "type": "system" } });
    let later = json!({ "kind": "said.v2", "words": ["hello?"] });
    let deep = [b"[".repeat(10_000), b"]".repeat(10_000)].concat();
    let texts = [forged.to_string(), later.to_string(), "{".to_owned(), "null".to_owned(), String::new()];
    texts.into_iter().map(String::into_bytes).chain([deep, vec![0xff; 100_000]]).collect()
}

/// Every worker that applies rules, and persistence.
async fn start_workers(scene: &Scene) -> Vec<Running> {
    let (db, log) = (&scene.bench.db, &scene.bench.log);
    let unavailable = Unavailable::new(db.clone(), log.clone());
    let notification = notification(&scene.bench, &[]).await;
    vec![
        Running::start(log, Assignment::new(db.clone(), log.clone())),
        Running::start(log, unavailable.due()),
        Running::start(log, unavailable),
        Running::start(log, Ping::new(db.clone(), log.clone(), follow(log))),
        Running::start(log, notification.due()),
        Running::start(log, notification),
        Running::start(log, Persistence::new(db.clone(), log.client())),
    ]
}

/// The places of the facts that each consumer has put among the dead letters.
async fn buried(scene: &Scene) -> BTreeMap<String, Vec<u64>> {
    let operator = scene.bench.broker.log(Role::Operator).await;
    let mut buried: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for letter in operator.dead_letters(0).await.unwrap() {
        buried.entry(letter.consumer).or_default().push(letter.letter.seq);
    }
    for seqs in buried.values_mut() {
        seqs.sort_unstable();
    }
    buried
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_is_no_fact_goes_to_the_dead_letters_of_each_worker_once_and_other_chats_go_on(db: PgPool) {
    let ada = technician(&db, "Ada").await;
    let assignment = json!({ "type": "technician", "technician_id": ada });
    let policy = json!({ "assignment": assignment, "unavailable_message": "Later.", "unavailable_seconds": 600 });
    set_policy(&db, policy).await;
    let scene = Scene::open(db.clone()).await;
    let (mut said, mut opened) = (Vec::new(), Vec::new());
    for payload in no_facts() {
        let new_chat = ChatSubject::new(scene.asset_id(), ChatId::new(), Leaf::Opened);
        said.push(send(&scene, scene.subject(Leaf::SaidClient).to_string(), payload.clone()).await);
        opened.push(send(&scene, new_chat.to_string(), payload).await);
    }
    let asset_id = scene.asset_id();
    said.push(send(&scene, format!("chat.{asset_id}.not-a-chat.said.client"), "{}").await);
    opened.push(send(&scene, format!("chat.{asset_id}.not-a-chat.state.opened"), "{}").await);
    let (other, chat_id) = (scene.bench.device().await, ChatId::new());
    assert_eq!(other.open(chat_id, 0).await.error, None);
    let (_, asked) = other.say(chat_id, "hello?").await;

    let workers = start_workers(&scene).await;
    for (consumer, ..) in WORKERS {
        handled(&scene.bench, stream::CHAT, consumer).await;
    }

    let assigned = ChatSubject::new(other.asset_id, chat_id, Leaf::Assigned);
    assert_eq!(facts(&scene.bench.log, &assigned.to_string()).await.len(), 1);
    let timer = scene.bench.log.running_timer(TimerKind::Unavailable, chat_id).await.unwrap().unwrap();
    assert_eq!(timer.timer.since_seq, asked.seq);
    for table in ["pings", "notices", "messages"] {
        let count = format!("select count(*) from {table} where chat_id = $1");
        let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(count)).bind(chat_id).fetch_one(&db).await.unwrap();
        assert!(count > 0, "{table}");
    }
    let expected = WORKERS.map(|(consumer, takes_said, takes_opened)| {
        let said = said.iter().filter(|_| takes_said);
        let mut seqs: Vec<_> = said.chain(opened.iter().filter(|_| takes_opened)).copied().collect();
        seqs.sort_unstable();
        (consumer.to_owned(), seqs)
    });
    assert_eq!(buried(&scene).await, BTreeMap::from(expected));
    for worker in workers {
        worker.stop().await;
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_cannot_be_read_counts_as_one_message_and_no_more(db: PgPool) {
    let ada = technician(&db, "Ada").await;
    let scene = Scene::open(db.clone()).await;
    let notification = notification(&scene.bench, &[]).await;
    let look = async || notification.handle(&facts(&scene.bench.log, "chat.>").await).await.unwrap();
    let read = scene.client_says("hello?").await;
    look().await;
    assert_eq!(notices(&db).await.len(), 1);

    let later = json!({ "kind": "said.v2", "words": ["hello?"] });
    let unreadable = send(&scene, scene.subject(Leaf::SaidClient).to_string(), later.to_string()).await;
    for _ in 0..3 {
        // Up to what she sees.
        scene.technician_reads(ada, read).await;
        look().await;
    }

    let of_ada = |is_read| ("Ada".to_owned(), "unassigned_offline".to_owned(), is_read);
    assert_eq!(notices(&db).await, [of_ada(true), of_ada(false)]);
    scene.technician_reads(ada, unreadable).await;
    look().await;
    assert_eq!(notices(&db).await, [of_ada(true), of_ada(true)]);
}
