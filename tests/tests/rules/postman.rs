//! Deliveries by webhook: tried again with pauses, in order, once; given up; withdrawn; taken over.

use std::time::Duration;

use broker_config::{NotificationRule, TechnicianId};
use serde_json::json;
use sqlx::PgPool;
use store::webhooks::{Webhook, WebhookFormat};
use workers::notification::postman::{Pace, WebhookSettings};
use workers::runner::BatchWorker;

use crate::desk::{PUBLIC_URL, RunningPostman, deliveries_become, notification, settings, wants, wants_nothing};
use crate::receiver::Receiver;
use crate::scene::{Scene, facts, technician};

const SECRET: &str = "whsec_test";

/// A technician who is told of unassigned messages by webhook alone.
pub async fn hooked(db: &PgPool, name: &str, url: &str, format: WebhookFormat) -> TechnicianId {
    let technician_id = technician(db, name).await;
    wants_nothing(db, technician_id).await;
    wants(db, technician_id, NotificationRule::UnassignedOffline, &["webhook"], 10).await;
    let webhook = Webhook { url: url.to_owned(), format };
    store::webhooks::write(db, technician_id, &webhook, SECRET).await.unwrap();
    technician_id
}

/// Says something in so many chats, one after the other, and lets the rules fire.
pub async fn messages_come(db: &PgPool, chats: usize) -> Vec<Scene> {
    let mut scenes = Vec::new();
    for _ in 0..chats {
        let scene = Scene::open(db.clone()).await;
        scene.client_says("hello <b>there</b>").await;
        notification(&scene.bench, &[]).await.handle(&facts(&scene.bench.log, "chat.>").await).await.unwrap();
        scenes.push(scene);
    }
    scenes
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_receiver_that_fails_four_times_gets_everything_once_in_order_and_signed(db: PgPool) {
    let receiver = Receiver::answering(&[500, 503, 302, 404]).await;
    let ada = hooked(&db, "Ada", &receiver.url, WebhookFormat::Trayline).await;
    let scenes = messages_come(&db, 2).await;
    let postman = RunningPostman::start(&scenes[0], settings(None));

    deliveries_become(&db, &[("Ada", "webhook", "sent"), ("Ada", "webhook", "sent")]).await;
    postman.stop().await;

    let requests = receiver.requests();
    let answered: Vec<_> = requests.iter().map(|request| request.answered).collect();
    assert_eq!(answered, [500, 503, 302, 404, 200, 200]);
    let first = &requests[0];
    assert!(
        requests[..5].iter().all(|request| (&request.delivery_id, &request.body) == (&first.delivery_id, &first.body))
    );
    assert!(requests.iter().all(|request| request.is_signed_with(SECRET) && !request.is_signed_with("another")));
    let chats: Vec<_> = requests[4..].iter().map(|request| request.json()["chat_id"].clone()).collect();
    assert_eq!(chats, [json!(scenes[0].chat_id), json!(scenes[1].chat_id)]);
    let mut body = first.json();
    for changing in ["at", "notice_id", "asset", "customer"] {
        body.as_object_mut().unwrap().remove(changing).unwrap();
    }
    let expected = json!({
        "type": "notice",
        "delivery_id": first.delivery_id,
        "technician_id": ada,
        "rule": "unassigned_offline",
        "chat_id": scenes[0].chat_id,
        "headline": "New message that nobody has taken, from a client",
        "url": format!("{PUBLIC_URL}/chats/{}", scenes[0].chat_id),
    });
    assert_eq!(body, expected);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_delivery_that_never_arrives_is_given_up_and_lets_the_next_one_go(db: PgPool) {
    let receiver = Receiver::answering(&[500; 3]).await;
    hooked(&db, "Ada", &receiver.url, WebhookFormat::Text).await;
    let scenes = messages_come(&db, 2).await;
    let pace = Pace { first_pause: Duration::from_millis(10), attempts: 3 };
    let _postman =
        RunningPostman::start(&scenes[0], workers::notification::postman::PostmanSettings { pace, ..settings(None) });

    deliveries_become(&db, &[("Ada", "webhook", "failed"), ("Ada", "webhook", "sent")]).await;

    let row: (i32, String) = sqlx::query_as("select attempts, last_error from deliveries order by position limit 1")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(row, (3, "the webhook answered 500".to_owned()));
    let text = format!("New message that nobody has taken, from a client: {PUBLIC_URL}/chats/{}", scenes[1].chat_id);
    assert_eq!(receiver.requests().last().unwrap().json(), json!({ "text": text }));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_was_read_before_it_was_sent_is_not_sent_and_holds_nothing_up(db: PgPool) {
    let receiver = Receiver::answering(&[]).await;
    let ada = hooked(&db, "Ada", &receiver.url, WebhookFormat::Trayline).await;
    let scenes = messages_come(&db, 2).await;
    let read = scenes[0].technician_reads(ada, 2).await;
    assert_eq!(read, 3, "the log has opened, said and read");
    notification(&scenes[0].bench, &[]).await.handle(&facts(&scenes[0].bench.log, "chat.>").await).await.unwrap();

    let _postman = RunningPostman::start(&scenes[1], settings(None));
    deliveries_become(&db, &[("Ada", "webhook", "withdrawn"), ("Ada", "webhook", "sent")]).await;

    let chats: Vec<_> = receiver.requests().iter().map(|request| request.json()["chat_id"].clone()).collect();
    assert_eq!(chats, [json!(scenes[1].chat_id)]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn two_instances_deliver_each_once_and_one_takes_over_what_another_left(db: PgPool) {
    let receiver = Receiver::answering(&[]).await;
    for name in ["Ada", "Bob", "Cleo", "Dan"] {
        hooked(&db, name, &receiver.url, WebhookFormat::Trayline).await;
    }
    let scenes = messages_come(&db, 1).await;
    let abandoned = store::deliveries::lease(&db, 1, Duration::from_secs(1)).await.unwrap();
    assert_eq!(abandoned.len(), 1);

    let postmen = [(); 2].map(|()| RunningPostman::start(&scenes[0], settings(None)));
    deliveries_become(&db, &["Ada", "Bob", "Cleo", "Dan"].map(|name| (name, "webhook", "sent"))).await;
    for postman in postmen {
        postman.stop().await;
    }

    let mut delivered: Vec<_> = receiver.requests().into_iter().map(|request| request.delivery_id).collect();
    delivered.sort();
    delivered.dedup();
    assert_eq!((delivered.len(), receiver.requests().len()), (4, 4));
    // What the instance that was away says now is too late to count.
    store::deliveries::not_sent(&db, &abandoned[0], "late", None).await.unwrap();
    deliveries_become(&db, &["Ada", "Bob", "Cleo", "Dan"].map(|name| (name, "webhook", "sent"))).await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_webhook_into_our_own_network_is_refused_unless_that_is_allowed(db: PgPool) {
    let receiver = Receiver::answering(&[]).await;
    let port = receiver.url.rsplit(':').next().unwrap().to_owned();
    hooked(&db, "Ada", &receiver.url, WebhookFormat::Trayline).await;
    hooked(&db, "Bob", &format!("http://localhost:{port}"), WebhookFormat::Trayline).await;
    hooked(&db, "Cleo", &format!("http://[::ffff:127.0.0.1]:{port}"), WebhookFormat::Trayline).await;
    hooked(&db, "Dan", &format!("http://2130706433:{port}"), WebhookFormat::Trayline).await;
    hooked(&db, "Eve", "http://169.254.169.254/latest/meta-data", WebhookFormat::Trayline).await;
    let scenes = messages_come(&db, 1).await;
    let webhook = WebhookSettings { allow_private_addresses: false, include_text: false };
    let settings = workers::notification::postman::PostmanSettings { webhook, ..settings(None) };

    let _postman = RunningPostman::start(&scenes[0], settings);
    deliveries_become(&db, &["Ada", "Bob", "Cleo", "Dan", "Eve"].map(|name| (name, "webhook", "failed"))).await;

    assert_eq!(receiver.requests(), []);
}
