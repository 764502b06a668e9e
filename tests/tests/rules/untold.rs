//! The chats about which nobody could be told.

use broker_config::NotificationRule::UnassignedOffline;
use broker_config::{ChatId, TechnicianId};
use sqlx::PgPool;
use workers::persistence::Persistence;
use workers::runner::BatchWorker;

use crate::desk::{RunningPostman, deliveries_become, notification, settings, wants};
use crate::receiver::Receiver;
use crate::scene::{Scene, facts, technician};

/// Lets persistence and the rules handle all that there is.
async fn work(scene: &Scene, online: &[TechnicianId]) {
    let log = facts(&scene.bench.log, "chat.>").await;
    Persistence::new(scene.bench.db.clone(), scene.bench.log.client()).handle(&log).await.unwrap();
    notification(&scene.bench, online).await.handle(&log).await.unwrap();
}

async fn untold(db: &PgPool) -> Vec<ChatId> {
    store::untold::chats(db, 10).await.unwrap()
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_chat_that_nobody_was_there_for_is_untold_until_somebody_reads_answers_or_closes_it(db: PgPool) {
    let ada = technician(&db, "Ada").await;
    wants(&db, ada, UnassignedOffline, &["in_app"], 10).await;
    let mut scenes = Vec::new();
    for _ in 0..4 {
        let scene = Scene::open(db.clone()).await;
        scene.client_says("hello?").await;
        work(&scene, &[]).await;
        scenes.push(scene);
    }
    let mut expected: Vec<_> = scenes.iter().map(|scene| scene.chat_id).collect();
    let mut found = untold(&db).await;
    expected.sort();
    found.sort();
    assert_eq!(found, expected);

    scenes[0].technician_reads(ada, 2).await;
    scenes[1].technician_says("Here I am.").await;
    scenes[2].technician_closes().await;
    for scene in &scenes {
        let log = facts(&scene.bench.log, "chat.>").await;
        Persistence::new(db.clone(), scene.bench.log.client()).handle(&log).await.unwrap();
    }
    assert_eq!(untold(&db).await, [scenes[3].chat_id]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_chat_is_told_when_somebody_was_online_whatever_they_want_to_hear(db: PgPool) {
    let ada = technician(&db, "Ada").await;
    crate::desk::wants_nothing(&db, ada).await;
    let scene = Scene::open(db.clone()).await;
    scene.client_says("hello?").await;
    work(&scene, &[ada]).await;

    assert_eq!(untold(&db).await, []);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_is_on_its_way_or_was_sent_is_told_and_what_failed_is_not(db: PgPool) {
    let receiver = Receiver::answering(&[]).await;
    let ada = technician(&db, "Ada").await;
    wants(&db, ada, UnassignedOffline, &["webhook"], 10).await;
    let mut scenes = Vec::new();
    for _ in 0..2 {
        let scene = Scene::open(db.clone()).await;
        scene.client_says("hello?").await;
        work(&scene, &[]).await;
        scenes.push(scene);
        assert_eq!(untold(&db).await, [], "it is on its way");
        if scenes.len() == 1 {
            // There is no webhook yet.
            let postman = RunningPostman::start(&scenes[0], settings(None));
            deliveries_become(&db, &[("Ada", "webhook", "failed")]).await;
            postman.stop().await;
            assert_eq!(untold(&db).await, [scenes[0].chat_id]);
            let format = store::webhooks::WebhookFormat::Text;
            let webhook = store::webhooks::Webhook { url: receiver.url.clone(), format };
            store::webhooks::write(&db, ada, &webhook, "whsec_test").await.unwrap();
            scenes[0].technician_reads(ada, 2).await;
            work(&scenes[0], &[]).await;
        }
    }

    let _postman = RunningPostman::start(&scenes[1], settings(None));
    receiver.received(1).await;
    deliveries_become(&db, &[("Ada", "webhook", "failed"), ("Ada", "webhook", "sent")]).await;
    assert_eq!(untold(&db).await, []);
}
