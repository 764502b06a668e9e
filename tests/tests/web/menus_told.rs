//! Connected devices hear that their menu changed, and others do not.

use async_nats::Subscriber;
use axum::http::{Method, StatusCode};
use broker_config::{MenuEntryId, subject};
use futures::StreamExt;
use serde_json::{Value, json};
use sqlx::PgPool;
use tests::{DEADLINE, TestDevice};

use crate::desk::{Desk, Technician};

/// A device that listens for changes of its menu.
struct Listening {
    device: TestDevice,
    told: Subscriber,
}

impl Listening {
    async fn new(desk: &Desk) -> Self {
        let device = desk.bench.device().await;
        let told = device.client.subscribe(subject::config(device.asset_id)).await.unwrap();
        device.round_trip().await;
        Self { device, told }
    }

    fn path(&self) -> String {
        format!("/api/v1/assets/{}", self.device.asset_id)
    }

    async fn hears(&mut self, what: &str) {
        let message = tokio::time::timeout(DEADLINE, self.told.next()).await;
        assert_eq!(message.unwrap_or_else(|_| panic!("{what}")).unwrap().payload, "{}", "{what}");
    }

    /// Nothing came before what the front's own connection sends now.
    async fn has_heard_nothing_more(&mut self, desk: &Desk, what: &str) {
        let client = desk.bench.web_log.client();
        client.publish(subject::config(self.device.asset_id), "last".into()).await.unwrap();
        assert_eq!(self.told.next().await.unwrap().payload, "last", "{what}");
    }
}

async fn send(desk: &Desk, by: &Technician, method: Method, path: &str, body: Value) -> Value {
    desk.call(Some(by), method, path, Some(body)).await.expect(StatusCode::OK)
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_change_at_each_level_is_heard_by_the_devices_under_it_and_by_no_others(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    // The other one is the elder: whoever told both would tell it first.
    let mut other = Listening::new(&desk).await;
    let mut device = Listening::new(&desk).await;
    let asset = desk.get(&priya, &device.path()).await.expect(StatusCode::OK);
    let customer = format!("/api/v1/customers/{}", asset["customer"]["customer_id"].as_str().unwrap());
    let group = desk.post(&priya, "/api/v1/asset-groups", json!({ "name": "Desks" })).await.expect(StatusCode::CREATED);
    let group_path = format!("/api/v1/asset-groups/{}", group["asset_group_id"].as_str().unwrap());

    let into = json!({ "asset_group_id": group["asset_group_id"] });
    send(&desk, &priya, Method::PATCH, &device.path(), into).await;
    device.hears("it moved into a group").await;
    for (level, method, path) in [
        ("asset", Method::PATCH, device.path()),
        ("asset group", Method::PATCH, group_path.clone()),
        ("customer", Method::PATCH, customer),
        ("installation", Method::PUT, "/api/v1/installation/policy".to_owned()),
    ] {
        let policy = |title: &str| json!({ "name": level, "live_chat": { "title": title } });
        let added = desk.post(&priya, "/api/v1/policies", policy("One")).await.expect(StatusCode::CREATED);
        let place = json!({ "policy_id": added["policy_id"] });
        send(&desk, &priya, method.clone(), &path, place.clone()).await;
        device.hears(level).await;
        send(&desk, &priya, method, &path, place).await;

        let policy_path = format!("/api/v1/policies/{}", added["policy_id"].as_str().unwrap());
        send(&desk, &priya, Method::PUT, &policy_path, policy("Two")).await;
        device.hears(&format!("what the policy of the {level} says")).await;
        if level == "installation" {
            other.hears("the policy of all").await;
            other.hears("what the policy of all says").await;
        }
        device.has_heard_nothing_more(&desk, level).await;
        other.has_heard_nothing_more(&desk, level).await;
    }

    let removed = desk.call(Some(&priya), Method::DELETE, &group_path, None).await;
    removed.expect(StatusCode::NO_CONTENT);
    device.hears("its group is gone").await;
    other.has_heard_nothing_more(&desk, "a group is gone").await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn devices_are_not_told_of_what_they_do_not_show(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let mut device = Listening::new(&desk).await;
    let global = desk.get(&priya, "/api/v1/installation/policy").await.expect(StatusCode::OK);
    let path = format!("/api/v1/policies/{}", global["policy_id"].as_str().unwrap());
    let entry_id = MenuEntryId::new();
    let policy = |seconds: u32, title: &str| {
        let menu =
            json!([{ "type": "live_chat", "entry_id": entry_id, "title": title, "unavailable_seconds": seconds }]);
        json!({ "name": format!("Everyone {seconds}"), "menu": menu, "live_chat": { "unavailable_message": title } })
    };
    send(&desk, &priya, Method::PUT, &path, policy(1, "Help")).await;
    device.hears("the first menu").await;

    for seconds in 2..5 {
        send(&desk, &priya, Method::PUT, &path, policy(seconds, "Help")).await;
    }
    send(&desk, &priya, Method::PUT, &path, policy(5, "Help!")).await;
    device.hears("another title").await;
    device.has_heard_nothing_more(&desk, "the rest").await;
}
