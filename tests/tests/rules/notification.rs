//! Notification rules: told once per unread chat, however often and in whatever order facts come, and withdrawn by reading.

use broker_config::NotificationRule::{AssignedToMe, UnassignedOffline, UnassignedOnline, UnreadOnline, WaitedLonger};
use broker_config::{
    Due, Leaf, Logged, NoticeHeard, Role, TechnicianId, TechnicianLeaf, TechnicianSubject, Timer, TimerKind, consumer,
    stream,
};
use chrono::TimeDelta;
use futures::StreamExt;
use sqlx::PgPool;
use tests::eventually;
use workers::notification::Notification;
use workers::runner::BatchWorker;

use crate::desk::{deliveries, follow, notices, notification, wants, wants_nothing};
use crate::scene::{Running, Scene, facts, handled, technician};

fn told(expected: &[(&str, broker_config::NotificationRule, bool)]) -> Vec<(String, String, bool)> {
    expected.iter().map(|(name, rule, is_read)| (name.to_string(), rule.to_string(), *is_read)).collect()
}

/// Lets the worker handle all that there is.
async fn work(scene: &Scene, worker: &Notification) {
    let running = Running::start(&scene.bench.log, worker.clone());
    handled(&scene.bench, stream::CHAT, consumer::NOTIFICATION).await;
    running.stop().await;
}

/// Every fact of the chat.
async fn log(scene: &Scene) -> Vec<Logged> {
    facts(&scene.bench.log, "chat.>").await
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn two_instances_given_every_fact_twice_tell_everybody_once_by_who_is_online(db: PgPool) {
    let (ada, _bob) = (technician(&db, "Ada").await, technician(&db, "Bob").await);
    let scene = Scene::open(db.clone()).await;
    let (first, second) = (notification(&scene.bench, &[ada]).await, notification(&scene.bench, &[ada]).await);
    scene.client_says("hello?").await;
    scene.client_says("anyone?").await;
    let log = log(&scene).await;

    let halves = [&log[..2], &log[..], &log[1..]];
    let looks = halves.iter().flat_map(|half| [first.handle(half), second.handle(half)]);
    for look in futures::future::join_all(looks).await {
        assert_eq!(look.unwrap(), []);
    }

    assert_eq!(notices(&db).await, told(&[("Ada", UnassignedOnline, false), ("Bob", UnassignedOffline, false)]));
    assert_eq!(deliveries(&db).await, [("Bob".to_owned(), "email".to_owned(), "pending".to_owned())]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_message_that_comes_again_when_somebody_has_left_is_not_told_again(db: PgPool) {
    let ada = technician(&db, "Ada").await;
    let scene = Scene::open(db.clone()).await;
    scene.client_says("hello?").await;
    let log = log(&scene).await;
    notification(&scene.bench, &[ada]).await.handle(&log).await.unwrap();

    let elsewhere = Scene::new(db.clone()).await;
    let worker = Notification::new(db.clone(), scene.bench.log.clone(), follow(&elsewhere.bench.log));
    worker.handle(&log).await.unwrap();

    assert_eq!(notices(&db).await, told(&[("Ada", UnassignedOnline, false)]));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn reading_withdraws_what_was_not_sent_marks_the_notice_read_and_arms_the_rule_again(db: PgPool) {
    let (ada, _bob) = (technician(&db, "Ada").await, technician(&db, "Bob").await);
    let scene = Scene::open(db.clone()).await;
    let worker = notification(&scene.bench, &[]).await;
    let subject = TechnicianSubject { technician_id: ada, leaf: TechnicianLeaf::Notice }.to_string();
    let mut tab = scene.bench.web_log.client().subscribe(subject).await.unwrap();
    scene.bench.web_log.bounds().await.unwrap();
    let first = scene.client_says("hello?").await;
    work(&scene, &worker).await;

    scene.technician_reads(ada, first).await;
    work(&scene, &worker).await;

    assert_eq!(notices(&db).await, told(&[("Ada", UnassignedOffline, true), ("Bob", UnassignedOffline, false)]));
    let states: Vec<_> = deliveries(&db).await.into_iter().map(|(name, _, state)| (name, state)).collect();
    assert_eq!(states, [("Ada", "withdrawn"), ("Bob", "pending")].map(|(a, b)| (a.to_owned(), b.to_owned())));
    let mut heard = Vec::new();
    for _ in 0..2 {
        heard.push(serde_json::from_slice::<NoticeHeard>(&tab.next().await.unwrap().payload).unwrap());
    }
    let NoticeHeard::New(new) = &heard[0] else { panic!("{heard:?}") };
    assert_eq!((new.chat_id, new.rule), (scene.chat_id, UnassignedOffline));
    assert_eq!(heard[1], NoticeHeard::Read { notice_ids: vec![new.notice_id] });

    scene.client_says("still there?").await;
    work(&scene, &worker).await;
    let again =
        [("Ada", UnassignedOffline, true), ("Bob", UnassignedOffline, false), ("Ada", UnassignedOffline, false)];
    assert_eq!(notices(&db).await, told(&again));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_chat_that_was_read_or_closed_before_the_worker_looks_is_not_told(db: PgPool) {
    let ada = technician(&db, "Ada").await;
    let scene = Scene::open(db.clone()).await;
    let worker = notification(&scene.bench, &[ada]).await;
    let said = scene.client_says("hello?").await;
    scene.technician_reads(ada, said).await;
    work(&scene, &worker).await;
    assert_eq!(notices(&db).await, []);

    scene.client_says("and now?").await;
    scene.technician_closes().await;
    work(&scene, &worker).await;
    assert_eq!(notices(&db).await, []);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn closing_a_chat_withdraws_and_reads_everybodys_notices_of_it(db: PgPool) {
    technician(&db, "Ada").await;
    technician(&db, "Bob").await;
    let scene = Scene::open(db.clone()).await;
    let worker = notification(&scene.bench, &[]).await;
    scene.client_says("hello?").await;
    work(&scene, &worker).await;

    scene.technician_closes().await;
    work(&scene, &worker).await;

    assert_eq!(notices(&db).await, told(&[("Ada", UnassignedOffline, true), ("Bob", UnassignedOffline, true)]));
    assert!(deliveries(&db).await.iter().all(|(_, _, state)| state == "withdrawn"));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn whoever_is_given_a_chat_is_told_of_that_and_of_what_is_unread_in_it(db: PgPool) {
    let (ada, bob) = (technician(&db, "Ada").await, technician(&db, "Bob").await);
    let scene = Scene::open(db.clone()).await;
    scene.assign(Some(ada)).await;
    let worker = notification(&scene.bench, &[ada, bob]).await;
    scene.client_says("hello?").await;
    work(&scene, &worker).await;
    assert_eq!(notices(&db).await, told(&[("Ada", AssignedToMe, false), ("Ada", UnreadOnline, false)]));

    scene.assign(Some(bob)).await;
    work(&scene, &worker).await;

    let bobs: Vec<_> = notices(&db).await.into_iter().filter(|(name, ..)| name == "Bob").collect();
    assert_eq!(bobs, told(&[("Bob", AssignedToMe, false), ("Bob", UnreadOnline, false)]));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_rule_without_channels_and_a_technician_without_rights_are_told_nothing(db: PgPool) {
    let (ada, bob) = (technician(&db, "Ada").await, technician(&db, "Bob").await);
    wants_nothing(&db, ada).await;
    sqlx::query("delete from security_group_members where technician_id = $1").bind(bob).execute(&db).await.unwrap();
    let scene = Scene::open(db.clone()).await;
    let worker = notification(&scene.bench, &[]).await;
    scene.client_says("hello?").await;

    work(&scene, &worker).await;

    assert_eq!((notices(&db).await, deliveries(&db).await), (vec![], vec![]));
}

/// The chat's timer, as it is due so many minutes after the client began to wait.
async fn due_after(scene: &Scene, minutes: i64) -> Due {
    let first = scene.facts(Leaf::SaidClient).await.swap_remove(0);
    let timer = Timer { asset_id: scene.asset_id(), chat_id: scene.chat_id, since_seq: first.seq };
    Due { at: first.at + TimeDelta::minutes(minutes), kind: TimerKind::Waiting, timer }
}

/// Ada wants to hear of chats that wait for two minutes, Bob for five.
async fn impatient(db: &PgPool) -> (TechnicianId, TechnicianId) {
    let (ada, bob) = (technician(db, "Ada").await, technician(db, "Bob").await);
    for (technician_id, minutes) in [(ada, 2), (bob, 5)] {
        wants_nothing(db, technician_id).await;
        wants(db, technician_id, WaitedLonger, &["in_app"], minutes).await;
    }
    (ada, bob)
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_chat_that_waits_is_told_to_each_when_it_has_waited_for_as_long_as_they_say(db: PgPool) {
    impatient(&db).await;
    let scene = Scene::open(db.clone()).await;
    let worker = notification(&scene.bench, &[]).await;
    let since_seq = scene.client_says("hello?").await;
    scene.client_says("anyone?").await;
    work(&scene, &worker).await;
    let running = async || scene.bench.log.running_timer(TimerKind::Waiting, scene.chat_id).await.unwrap();
    assert_eq!(running().await.unwrap().timer.since_seq, since_seq);

    let table = [
        (1, told(&[])),
        (2, told(&[("Ada", WaitedLonger, false)])),
        (2, told(&[("Ada", WaitedLonger, false)])),
        (5, told(&[("Ada", WaitedLonger, false), ("Bob", WaitedLonger, false)])),
        (9, told(&[("Ada", WaitedLonger, false), ("Bob", WaitedLonger, false)])),
    ];
    for (minutes, expected) in table {
        worker.due().handle(&[due_after(&scene, minutes).await]).await.unwrap();
        assert_eq!(notices(&db).await, expected, "after {minutes} minutes");
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_timer_that_is_due_after_the_answer_tells_nobody(db: PgPool) {
    impatient(&db).await;
    let scene = Scene::open(db.clone()).await;
    let worker = notification(&scene.bench, &[]).await;
    scene.client_says("hello?").await;
    scene.technician_says("Here I am.").await;

    worker.due().handle(&[due_after(&scene, 9).await]).await.unwrap();

    assert_eq!(notices(&db).await, []);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn the_broker_wakes_the_worker_when_a_timer_is_due_and_it_sets_the_next_one(db: PgPool) {
    let (ada, _) = impatient(&db).await;
    let scene = Scene::open(db.clone()).await;
    let worker = notification(&scene.bench, &[ada]).await;
    let since_seq = scene.client_says("hello?").await;
    let due = due_after(&scene, 0).await;
    scene.bench.log.set_timer(TimerKind::Waiting, &due.timer, due.at).await.unwrap();

    let running = Running::start(&scene.bench.log, worker.due());
    let operator = scene.bench.broker.log(Role::Operator).await;
    let timers = operator.jetstream().get_stream_no_info(stream::TIMER).await.unwrap();
    eventually("the timer was due, and was handled", async || {
        let info = timers.consumer_info(consumer::NOTIFICATION_DUE).await.unwrap();
        info.delivered.consumer_sequence > 0 && info.num_ack_pending == 0
    })
    .await;
    running.stop().await;

    let again = scene.bench.log.running_timer(TimerKind::Waiting, scene.chat_id).await.unwrap();
    assert_eq!(again.unwrap().timer.since_seq, since_seq);
    assert_eq!(notices(&db).await, []);
}
