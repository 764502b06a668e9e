//! Notification settings, notices, webhooks, the log of deliveries, and chats that nobody was told of.

use axum::http::{Method, StatusCode};
use broker_config::{ChatId, NotificationRule};
use serde_json::{Value, json};
use sqlx::PgPool;
use store::notices::{Firing, fire};
use store::notification_settings::RuleSetting;

use crate::desk::{Desk, Technician};
use crate::socket::Socket;

/// A rule fires for a technician, over all channels.
async fn fires(desk: &Desk, technician: &Technician, chat_id: ChatId, rule: NotificationRule) {
    let setting = RuleSetting { rule, in_app: true, email: true, webhook: true, minutes: 10 };
    let firing = Firing { technician_id: technician.id, seq: 1, read_upto: 0, setting };
    let mut transaction = desk.bench.db.begin().await.unwrap();
    fire(&mut transaction, chat_id, 1, &[firing]).await.unwrap();
    transaction.commit().await.unwrap();
}

fn of(list: &Value, member: &str) -> Vec<Value> {
    list.as_array().unwrap().iter().map(|row| row[member].clone()).collect()
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn settings_begin_as_usual_and_each_technician_changes_their_own(db: PgPool) {
    let desk = Desk::new(db).await;
    let (priya, tom) = (desk.technician("Priya").await, desk.technician("Tom").await);
    let path = "/api/v1/notification-settings";
    let usual = |rule, email| json!({ "rule": rule, "in_app": true, "email": email, "webhook": false, "minutes": 10 });
    let all = [
        usual("unread_offline", true),
        usual("unread_online", false),
        usual("unassigned_offline", true),
        usual("unassigned_online", false),
        usual("assigned_to_me", false),
        usual("waited_longer", false),
    ];
    assert_eq!(desk.get(&priya, path).await.expect(StatusCode::OK), json!({ "rules": all }));

    let late = json!({ "rule": "waited_longer", "in_app": false, "email": true, "webhook": true, "minutes": 3 });
    let changed = desk.put(&priya, path, json!({ "rules": [late] })).await.expect(StatusCode::OK);
    let mut expected = all.to_vec();
    expected[5] = late.clone();
    assert_eq!(changed, json!({ "rules": expected }));
    assert_eq!(desk.get(&priya, path).await.expect(StatusCode::OK), changed);
    assert_eq!(desk.get(&tom, path).await.expect(StatusCode::OK), json!({ "rules": all }));

    let mut never = late.clone();
    never["minutes"] = json!(0);
    for rules in [json!([never]), json!([late, late])] {
        let refused = desk.put(&priya, path, json!({ "rules": rules })).await;
        refused.refused(StatusCode::BAD_REQUEST, "malformed");
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn notices_are_listed_newest_first_and_read_on_every_tab(db: PgPool) {
    let desk = Desk::new(db).await;
    let (priya, tom, served) = (desk.technician("Priya").await, desk.technician("Tom").await, desk.serve().await);
    let asset_id = desk.bench.asset().await;
    let chat_id = desk.start(&priya, asset_id).await;
    desk.settle().await;
    let elsewhere = ChatId::new();
    fires(&desk, &priya, chat_id, NotificationRule::AssignedToMe).await;
    fires(&desk, &priya, elsewhere, NotificationRule::UnreadOnline).await;
    let mut tab = Socket::open(served.port, &priya, None).await;
    tab.next_of("ready").await;

    let first = desk.get(&priya, "/api/v1/notices?limit=1").await.expect(StatusCode::OK);
    assert_eq!(of(&first["notices"], "rule"), ["unread_online"]);
    assert_eq!((&first["notices"][0]["chat"], &first["unread"]), (&Value::Null, &json!(2)));
    let next = format!("/api/v1/notices?limit=1&cursor={}", first["next_cursor"].as_str().unwrap());
    let second = desk.get(&priya, &next).await.expect(StatusCode::OK);
    assert_eq!((of(&second["notices"], "rule"), &second["next_cursor"]), (vec![json!("assigned_to_me")], &Value::Null));
    assert_eq!(second["notices"][0]["chat"]["asset"], json!({ "asset_id": asset_id, "name": "FRONTDESK-01" }));
    assert_eq!(desk.get(&tom, "/api/v1/notices").await.expect(StatusCode::OK)["notices"], json!([]));

    let read = json!({ "notice_ids": of(&second["notices"], "notice_id") });
    desk.post(&tom, "/api/v1/notices/read", read.clone()).await.expect(StatusCode::NO_CONTENT);
    desk.post(&priya, "/api/v1/notices/read", read.clone()).await.expect(StatusCode::NO_CONTENT);
    let heard = json!({ "type": "notice", "notice": { "type": "read", "notice_ids": read["notice_ids"] } });
    assert_eq!(tab.next_of("notice").await, heard);
    let unread = desk.get(&priya, "/api/v1/notices?unread=true").await.expect(StatusCode::OK);
    assert_eq!((of(&unread["notices"], "rule"), &unread["unread"]), (vec![json!("unread_online")], &json!(1)));

    desk.post(&priya, "/api/v1/notices/read", json!({})).await.expect(StatusCode::NO_CONTENT);
    assert_eq!(desk.get(&priya, "/api/v1/notices").await.expect(StatusCode::OK)["unread"], 0);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_webhooks_secret_is_shown_once_and_again_only_as_another_one(db: PgPool) {
    let desk = Desk::new(db).await;
    let (priya, tom) = (desk.technician("Priya").await, desk.technician("Tom").await);
    let path = "/api/v1/webhook";
    desk.get(&priya, path).await.refused(StatusCode::NOT_FOUND, "no-such-webhook");
    let missing = desk.call(Some(&priya), Method::POST, "/api/v1/webhook/test", None).await;
    missing.refused(StatusCode::NOT_FOUND, "no-such-webhook");

    let webhook = json!({ "url": "https://hooks.example/a", "format": "text" });
    let added = desk.put(&priya, path, webhook.clone()).await.expect(StatusCode::OK);
    let first = added["secret"].as_str().unwrap().to_owned();
    assert!(first.starts_with("whsec_") && added["webhook"] == webhook, "{added}");
    let changed = desk.put(&priya, path, json!({ "url": "https://hooks.example/b", "format": "trayline" })).await;
    assert_eq!(changed.expect(StatusCode::OK)["secret"], Value::Null);
    let shown = desk.get(&priya, path).await.expect(StatusCode::OK);
    assert_eq!(shown, json!({ "url": "https://hooks.example/b", "format": "trayline" }));
    let rotated = desk.call(Some(&priya), Method::POST, "/api/v1/webhook/secret", None).await.expect(StatusCode::OK);
    assert_ne!(rotated["secret"], first);
    desk.get(&tom, path).await.refused(StatusCode::NOT_FOUND, "no-such-webhook");

    let tested = desk.call(Some(&priya), Method::POST, "/api/v1/webhook/test", None).await;
    let delivery_id = tested.expect(StatusCode::ACCEPTED)["delivery_id"].clone();
    let listed = desk.get(&priya, "/api/v1/deliveries").await.expect(StatusCode::OK);
    assert_eq!(of(&listed["deliveries"], "delivery_id"), [delivery_id]);

    for url in ["ftp://hooks.example", "hooks.example", "https://", "https://me@hooks.example", "javascript:alert(1)"] {
        let refused = desk.put(&priya, path, json!({ "url": url, "format": "text" })).await;
        refused.refused(StatusCode::BAD_REQUEST, "malformed");
    }
    desk.call(Some(&priya), Method::DELETE, path, None).await.expect(StatusCode::NO_CONTENT);
    desk.get(&priya, path).await.refused(StatusCode::NOT_FOUND, "no-such-webhook");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn the_log_of_deliveries_is_whole_for_administrators_and_everybodys_own_for_others(db: PgPool) {
    let desk = Desk::new(db).await;
    let (ada, priya, tom) = (desk.admin("Ada").await, desk.technician("Priya").await, desk.technician("Tom").await);
    let chat_id = ChatId::new();
    fires(&desk, &priya, chat_id, NotificationRule::UnreadOffline).await;
    fires(&desk, &tom, chat_id, NotificationRule::UnreadOffline).await;
    let log = async |by: &Technician, query: &str| {
        let path = format!("/api/v1/deliveries{query}");
        desk.get(by, &path).await.expect(StatusCode::OK)
    };

    let all = log(&ada, "").await;
    assert_eq!(of(&all["deliveries"], "technician_name"), ["Tom", "Tom", "Tom", "Priya", "Priya", "Priya"]);
    assert_eq!(of(&all["deliveries"], "channel")[..3], ["webhook", "email", "in_app"]);
    assert_eq!(of(&all["deliveries"], "state")[..3], ["pending", "pending", "sent"]);
    assert_eq!(all["deliveries"][0]["chat_id"], json!(chat_id));
    let toms = format!("?technician_id={}&channel=email&state=pending", tom.id);
    assert_eq!(of(&log(&ada, &toms).await["deliveries"], "technician_name"), ["Tom"]);
    let own = log(&priya, &format!("?technician_id={}", tom.id)).await;
    assert_eq!(of(&own["deliveries"], "technician_name"), ["Priya", "Priya", "Priya"]);

    let first = log(&ada, "?limit=4").await;
    let second = log(&ada, &format!("?limit=4&cursor={}", first["next_cursor"].as_str().unwrap())).await;
    let pages = [of(&first["deliveries"], "delivery_id"), of(&second["deliveries"], "delivery_id")].concat();
    assert_eq!((pages, &second["next_cursor"]), (of(&all["deliveries"], "delivery_id"), &Value::Null));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn administrators_are_shown_the_chats_that_nobody_was_told_of(db: PgPool) {
    let desk = Desk::new(db).await;
    let (ada, priya) = (desk.admin("Ada").await, desk.technician("Priya").await);
    let (device, chat_id) = (desk.bench.device().await, ChatId::new());
    device.open(chat_id, 0).await;
    device.say(chat_id, "anyone there?").await;
    desk.settle().await;

    let untold = desk.get(&ada, "/api/v1/chats/untold").await.expect(StatusCode::OK);
    assert_eq!(of(&untold["chats"], "chat_id"), [json!(chat_id)]);
    desk.get(&priya, "/api/v1/chats/untold").await.refused(StatusCode::FORBIDDEN, "missing-right");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn settings_of_others_take_a_right_and_are_theirs_afterwards(db: PgPool) {
    let desk = Desk::new(db).await;
    let (ada, tom) = (desk.admin("Ada").await, desk.technician("Tom").await);
    let of_tom = format!("/api/v1/technicians/{}/notification-settings", tom.id);
    let late = json!({ "rule": "waited_longer", "in_app": false, "email": true, "webhook": true, "minutes": 3 });
    let changed = desk.put(&ada, &of_tom, json!({ "rules": [late] })).await.expect(StatusCode::OK);
    assert_eq!(changed["rules"][5], late);
    assert_eq!(desk.get(&ada, &of_tom).await.expect(StatusCode::OK), changed);
    assert_eq!(desk.get(&tom, "/api/v1/notification-settings").await.expect(StatusCode::OK), changed);
    desk.get(&tom, &of_tom).await.refused(StatusCode::FORBIDDEN, "missing-right");
    let of_nobody = format!("/api/v1/technicians/{}/notification-settings", ChatId::new());
    desk.get(&ada, &of_nobody).await.refused(StatusCode::NOT_FOUND, "no-such-technician");
}
