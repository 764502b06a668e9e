//! A sound is due at most once per technician and unread chat.

use broker_config::presence::{self, Lease, Online};
use broker_config::{
    Clock, Ping as Published, Role, SystemClock, TabId, TabSubject, TechnicianId, TechnicianSubject, consumer, stream,
};
use futures::StreamExt;
use sqlx::PgPool;
use tests::eventually;
use workers::ping::Ping;
use workers::runner::BatchWorker;

use crate::scene::{Running, Scene, handled, technician};

/// The pings of every technician, as the web front hears them.
struct Heard(async_nats::Subscriber);

impl Heard {
    async fn listen(scene: &Scene) -> Self {
        let web = scene.bench.broker.log(Role::Web).await;
        let heard = web.client().subscribe("live.>").await.unwrap();
        web.bounds().await.unwrap();
        Self(heard)
    }

    /// All that has been heard by now, sorted: who, and for which fact.
    async fn by_now(&mut self, scene: &Scene) -> Vec<(TechnicianId, u64)> {
        let end = TechnicianSubject { technician_id: TechnicianId::new(), leaf: broker_config::TechnicianLeaf::Notice };
        scene.bench.log.client().publish(end.to_string(), "".into()).await.unwrap();
        let mut pings = Vec::new();
        while let Some(message) = self.0.next().await {
            let Ok(subject) = message.subject.parse::<TechnicianSubject>() else { continue };
            if subject == end {
                break;
            }
            let ping: Published = serde_json::from_slice(&message.payload).unwrap();
            assert_eq!((ping.chat_id, ping.asset_id), (scene.chat_id, scene.device.asset_id));
            pings.push((subject.technician_id, ping.seq));
        }
        pings.sort_unstable();
        pings
    }
}

fn worker(scene: &Scene) -> Ping {
    let (online, log) = (Online::default(), scene.bench.log.clone());
    let watched = online.clone();
    tokio::spawn({
        let log = log.clone();
        async move { watched.follow(&log).await }
    });
    Ping::new(scene.bench.db.clone(), log, online)
}

/// Lets the worker handle all that there is by now.
async fn work(scene: &Scene) {
    let running = Running::start(&scene.bench.log, worker(scene));
    handled(&scene.bench, stream::CHAT, consumer::PING).await;
    running.stop().await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn an_unassigned_chat_pings_everybody_with_chat_rights_once_until_they_have_read_it(db: PgPool) {
    let (ada, priya) = (technician(&db, "Ada").await, technician(&db, "Priya").await);
    let nobody = technician(&db, "Sam").await;
    sqlx::query("delete from security_group_members where technician_id = $1").bind(nobody).execute(&db).await.unwrap();
    let scene = Scene::open(db).await;
    let mut heard = Heard::listen(&scene).await;

    let first = scene.client_says("anyone there?").await;
    work(&scene).await;
    assert_eq!(heard.by_now(&scene).await, [(ada, first), (priya, first)]);

    scene.client_says("hello?").await;
    work(&scene).await;
    assert_eq!(heard.by_now(&scene).await, []);

    scene.technician_reads(ada, first + 1).await;
    work(&scene).await;
    assert_eq!(heard.by_now(&scene).await, []);

    let third = scene.client_says("still there?").await;
    work(&scene).await;
    assert_eq!(heard.by_now(&scene).await, [(ada, third)]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn an_assigned_chat_pings_its_technician_and_a_new_one_if_it_is_unread(db: PgPool) {
    let (ada, priya) = (technician(&db, "Ada").await, technician(&db, "Priya").await);
    let scene = Scene::open(db).await;
    let mut heard = Heard::listen(&scene).await;

    scene.assign(Some(ada)).await;
    work(&scene).await;
    assert_eq!(heard.by_now(&scene).await, [], "nothing is unread");

    let said = scene.client_says("anyone there?").await;
    work(&scene).await;
    assert_eq!(heard.by_now(&scene).await, [(ada, said)]);

    scene.assign(Some(priya)).await;
    work(&scene).await;
    assert_eq!(heard.by_now(&scene).await, [(priya, said)]);

    scene.assign(Some(ada)).await;
    work(&scene).await;
    assert_eq!(heard.by_now(&scene).await, [], "she was pinged for it and has not read it");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_is_read_or_has_ended_pings_nobody(db: PgPool) {
    let ada = technician(&db, "Ada").await;
    let scene = Scene::open(db).await;
    let mut heard = Heard::listen(&scene).await;

    let said = scene.client_says("anyone there?").await;
    scene.technician_reads(ada, said).await;
    work(&scene).await;
    assert_eq!(heard.by_now(&scene).await, []);

    scene.client_says("bye").await;
    scene.technician_closes().await;
    work(&scene).await;
    assert_eq!(heard.by_now(&scene).await, []);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_message_that_came_while_the_technician_read_the_one_before_pings_again(db: PgPool) {
    let ada = technician(&db, "Ada").await;
    let scene = Scene::open(db).await;
    let mut heard = Heard::listen(&scene).await;
    let first = scene.client_says("anyone there?").await;
    work(&scene).await;
    let second = scene.client_says("hello?").await;
    work(&scene).await;
    assert_eq!(heard.by_now(&scene).await, [(ada, first)]);

    scene.technician_reads(ada, first).await;
    work(&scene).await;

    assert_eq!(heard.by_now(&scene).await, [(ada, second)]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn instances_that_race_and_repeats_ping_once(db: PgPool) {
    let (ada, priya) = (technician(&db, "Ada").await, technician(&db, "Priya").await);
    let scene = Scene::open(db).await;
    let mut heard = Heard::listen(&scene).await;
    let said = scene.client_says("anyone there?").await;
    let facts = scene.facts(broker_config::Leaf::SaidClient).await;
    let worker = worker(&scene);

    for outcome in futures::future::join_all((0..10).map(|_| worker.handle(&facts))).await {
        assert!(outcome.is_ok_and(|rejected| rejected.is_empty()));
    }
    let mut pings = heard.by_now(&scene).await;
    // Two who act at the very same moment may both publish the one ping; tabs know it by its chat and sequence.
    pings.dedup();
    assert_eq!(pings, [(ada, said), (priya, said)]);

    worker.handle(&facts).await.unwrap();
    assert_eq!(heard.by_now(&scene).await, []);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_ping_that_was_decided_on_and_never_sent_is_sent_by_the_next_worker(db: PgPool) {
    let ada = technician(&db, "Ada").await;
    let scene = Scene::open(db.clone()).await;
    let mut heard = Heard::listen(&scene).await;
    let said = scene.client_says("anyone there?").await;
    let claimed = store::pings::Ping {
        chat_id: scene.chat_id,
        technician_id: ada,
        seq: i64::try_from(said).unwrap(),
        read_upto: 0,
    };
    store::pings::claim(&db, &[claimed]).await.unwrap();

    work(&scene).await;

    assert_eq!(heard.by_now(&scene).await, [(ada, said)]);
    assert_eq!(store::pings::unsent(&db, &[scene.chat_id]).await.unwrap(), []);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn the_tab_that_was_seen_last_is_told_to_play(db: PgPool) {
    let ada = technician(&db, "Ada").await;
    let scene = Scene::open(db).await;
    let tabs = [TabId::new(), TabId::new(), TabId::new()];
    let now = SystemClock.now();
    for (tab_id, is_visible) in tabs.into_iter().zip([false, true, false]) {
        let lease = Lease { is_visible, seen_at: now, is_closing: false };
        let tab = TabSubject { technician_id: ada, tab_id };
        presence::write(&scene.bench.web_log, tab, &lease, presence::LEASE, None).await.unwrap();
    }
    let web = scene.bench.broker.log(Role::Web).await;
    let subject = TechnicianSubject { technician_id: ada, leaf: broker_config::TechnicianLeaf::Ping };
    let mut heard = web.client().subscribe("live.>").await.unwrap();
    web.bounds().await.unwrap();

    let said = scene.client_says("anyone there?").await;
    work(&scene).await;

    let message = heard.next().await.unwrap();
    assert_eq!(message.subject.as_str(), subject.to_string());
    let ping: Published = serde_json::from_slice(&message.payload).unwrap();
    let expected =
        Published { chat_id: scene.chat_id, asset_id: scene.device.asset_id, seq: said, tab_id: Some(tabs[1]) };
    assert_eq!(ping, expected);
    eventually("it is noted as sent", async || {
        store::pings::unsent(&scene.bench.db, &[scene.chat_id]).await.unwrap().is_empty()
    })
    .await;
}
