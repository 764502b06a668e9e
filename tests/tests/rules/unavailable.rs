//! The Unavailable Message is said once per episode of waiting, on time, by whoever is there.

use std::time::Duration;

use broker_config::{Leaf, TimerKind, consumer, stream};
use chrono::TimeDelta;
use serde_json::json;
use sqlx::PgPool;
use tests::eventually;
use workers::runner::BatchWorker;
use workers::unavailable::Unavailable;

use crate::scene::{Running, Scene, handled, set_policy};

const MESSAGE: &str = "Nobody is at the desk right now.";

/// Longer than the policy's delay in these tests: the broker's timer is the subject.
const LONG_ENOUGH: Duration = Duration::from_millis(2_500);

async fn policy_waits(db: &PgPool, seconds: u32) {
    set_policy(db, json!({ "unavailable_message": MESSAGE, "unavailable_seconds": seconds })).await;
}

fn worker(scene: &Scene) -> Unavailable {
    Unavailable::new(scene.bench.db.clone(), scene.bench.log.clone())
}

/// Both halves of one instance.
fn instance(scene: &Scene) -> [Running; 2] {
    let worker = worker(scene);
    [Running::start(&scene.bench.log, worker.due()), Running::start(&scene.bench.log, worker)]
}

async fn stop(instances: impl IntoIterator<Item = [Running; 2]>) {
    for half in instances.into_iter().flatten() {
        half.stop().await;
    }
}

async fn texts(scene: &Scene) -> Vec<String> {
    scene.said_by_system().await.into_iter().map(|said| said.text.to_string()).collect()
}

async fn facts_handled(scene: &Scene) {
    handled(&scene.bench, stream::CHAT, consumer::UNAVAILABLE).await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn it_is_said_when_the_first_message_has_waited_and_a_second_one_does_not_start_over(db: PgPool) {
    policy_waits(&db, 1).await;
    let scene = Scene::open(db).await;
    let instance = instance(&scene);
    scene.client_says("anyone there?").await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(texts(&scene).await, [""; 0], "too early");
    scene.client_says("hello?").await;

    eventually("the message is said", async || !texts(&scene).await.is_empty()).await;
    tokio::time::sleep(LONG_ENOUGH).await;

    assert_eq!(texts(&scene).await, [MESSAGE]);
    let (asked, said) = (scene.facts(Leaf::SaidClient).await, scene.facts(Leaf::SaidSystem).await);
    assert!(said[0].at >= asked[0].at + TimeDelta::seconds(1));
    stop([instance]).await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn an_answer_or_the_end_of_the_chat_stops_the_timer(db: PgPool) {
    policy_waits(&db, 60).await;
    for end in ["answer", "close"] {
        let scene = Scene::open(db.clone()).await;
        let instance = instance(&scene);
        let since_seq = scene.client_says("anyone there?").await;
        facts_handled(&scene).await;
        let running = scene.bench.log.running_timer(TimerKind::Unavailable, scene.chat_id).await.unwrap().unwrap();
        assert_eq!(running.timer.since_seq, since_seq);

        match end {
            "answer" => scene.technician_says("Yes!").await,
            _ => scene.technician_closes().await,
        };
        facts_handled(&scene).await;

        assert_eq!(scene.bench.log.running_timer(TimerKind::Unavailable, scene.chat_id).await.unwrap(), None, "{end}");
        stop([instance]).await;
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn every_episode_has_its_own(db: PgPool) {
    policy_waits(&db, 1).await;
    let scene = Scene::open(db).await;
    let instances = [instance(&scene), instance(&scene), instance(&scene)];
    for episode in 1..=2 {
        scene.client_says("anyone there?").await;
        eventually("the message is said", async || texts(&scene).await.len() == episode).await;
        scene.technician_says("Sorry, I am here now.").await;
    }
    tokio::time::sleep(LONG_ENOUGH).await;
    assert_eq!(texts(&scene).await, [MESSAGE; 2]);
    stop(instances).await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_due_timer_that_comes_often_and_to_many_at_once_says_it_once(db: PgPool) {
    policy_waits(&db, 1).await;
    let scene = Scene::open(db).await;
    let since_seq = scene.client_says("anyone there?").await;
    let asked = scene.facts(Leaf::SaidClient).await;
    let due = [scene.due(since_seq, asked[0].at + TimeDelta::seconds(1))];
    let worker = worker(&scene).due();

    for _ in ["at once", "again"] {
        for outcome in futures::future::join_all((0..20).map(|_| worker.handle(&due))).await {
            assert!(outcome.is_ok_and(|rejected| rejected.is_empty()));
        }
    }

    assert_eq!(texts(&scene).await, [MESSAGE]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_due_timer_is_only_a_reason_to_look(db: PgPool) {
    policy_waits(&db, 60).await;
    let scene = Scene::open(db.clone()).await;
    let worker = worker(&scene).due();
    let since_seq = scene.client_says("anyone there?").await;
    let asked = scene.facts(Leaf::SaidClient).await[0].at;
    let minute = TimeDelta::seconds(60);
    let running = async || scene.bench.log.running_timer(TimerKind::Unavailable, scene.chat_id).await.unwrap();

    // The policy waits longer than it did when the timer was set.
    worker.handle(&[scene.due(since_seq, asked + TimeDelta::seconds(30))]).await.unwrap();
    assert_eq!(texts(&scene).await, [""; 0]);
    assert_eq!(running().await.map(|running| running.timer.since_seq), Some(since_seq));

    // Somebody has answered, and a new episode has begun.
    scene.technician_says("Yes!").await;
    worker.handle(&[scene.due(since_seq, asked + minute)]).await.unwrap();
    assert_eq!(texts(&scene).await, [""; 0]);
    let next_seq = scene.client_says("and now?").await;
    worker.handle(&[scene.due(since_seq, asked + minute)]).await.unwrap();
    assert_eq!(texts(&scene).await, [""; 0]);
    assert_eq!(running().await.map(|running| running.timer.since_seq), Some(next_seq));

    // It comes late.
    worker.handle(&[scene.due(next_seq, asked + TimeDelta::days(3))]).await.unwrap();
    assert_eq!(texts(&scene).await, [MESSAGE]);

    // The chat has ended.
    scene.technician_says("Yes!").await;
    let last_seq = scene.client_says("thanks").await;
    scene.technician_closes().await;
    worker.handle(&[scene.due(last_seq, asked + TimeDelta::days(3))]).await.unwrap();
    assert_eq!(texts(&scene).await, [MESSAGE]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn an_empty_message_says_nothing_and_sets_no_timer(db: PgPool) {
    set_policy(&db, json!({ "unavailable_message": "", "unavailable_seconds": 1 })).await;
    let scene = Scene::open(db).await;
    let instance = instance(&scene);
    let since_seq = scene.client_says("anyone there?").await;
    facts_handled(&scene).await;

    assert_eq!(scene.bench.log.running_timer(TimerKind::Unavailable, scene.chat_id).await.unwrap(), None);
    let asked = scene.facts(Leaf::SaidClient).await[0].at;
    worker(&scene).due().handle(&[scene.due(since_seq, asked + TimeDelta::days(1))]).await.unwrap();
    assert_eq!(texts(&scene).await, [""; 0]);
    stop([instance]).await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn facts_out_of_order_end_in_the_same_timer(db: PgPool) {
    policy_waits(&db, 60).await;
    let scene = Scene::open(db).await;
    scene.client_says("anyone there?").await;
    scene.technician_says("Yes!").await;
    let since_seq = scene.client_says("and now?").await;
    let mut facts = scene.facts(Leaf::SaidClient).await;
    facts.extend(scene.facts(Leaf::SaidTechnician).await);
    let worker = worker(&scene);

    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]] {
        for place in order {
            worker.handle(&facts[place..=place]).await.unwrap();
        }
        let running = scene.bench.log.running_timer(TimerKind::Unavailable, scene.chat_id).await.unwrap();
        assert_eq!(running.map(|running| running.timer.since_seq), Some(since_seq), "{order:?}");
    }
}
