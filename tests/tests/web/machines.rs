//! Machines that were set up anew, and copies of them.

use axum::http::{Method, StatusCode};
use broker_config::{AssetId, ChatId, Clock, DeviceConnection, SystemClock};
use chrono::{DateTime, Utc};
use futures::future::join_all;
use nkeys::KeyPair;
use serde_json::{Value, json};
use sqlx::PgPool;
use store::connections::{self, Connections};

use crate::desk::{Answer, Desk};
use crate::devices::{customer, key};

const MACHINE: &str = "5a5b5c5d5a5b5c5d5a5b5c5d5a5b5c5d5a5b5c5d5a5b5c5d5a5b5c5d5a5b5c5d";

async fn enrol(desk: &Desk, key: &str, device: &KeyPair) -> Answer {
    let body = json!({
        "enrolment_key": key, "public_key": device.public_key(), "name": "FRONTDESK-01", "machine_hash": MACHINE,
    });
    desk.call(None, Method::POST, "/api/v1/enrolments", Some(body)).await
}

fn asset_id(body: &Value) -> AssetId {
    body["asset_id"].as_str().unwrap().parse().unwrap()
}

/// The device of an asset connects, or its connection ends.
async fn is_connected(desk: &Desk, asset_id: AssetId, disconnected_at: Option<DateTime<Utc>>) {
    let connection = DeviceConnection {
        server_id: "NAAA".to_owned(),
        client_id: 1,
        asset_id,
        address: None,
        connected_at: DateTime::UNIX_EPOCH,
        disconnected_at,
        agent_version: Some("1.2.3".to_owned()),
    };
    let connections: Connections = [connection].into_iter().collect();
    connections::record(&desk.bench.db, &connections, None).await.unwrap();
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_machine_that_was_set_up_anew_is_the_same_asset_with_its_chats_and_without_its_old_credential(db: PgPool) {
    let desk = Desk::new(db).await;
    let ada = desk.admin("Ada").await;
    let customer_id = customer(&desk).await;
    let keys = [(); 2].map(|()| json!({ "customer_id": customer_id }));
    let (first, second) = (key(&desk, keys[0].clone()).await, key(&desk, keys[1].clone()).await);
    let (before, after) = (KeyPair::new_user(), KeyPair::new_user());
    let was = asset_id(&enrol(&desk, &first, &before).await.expect(StatusCode::CREATED));
    let chat_id: ChatId = desk.start(&ada, was).await;

    assert_eq!(asset_id(&enrol(&desk, &second, &after).await.expect(StatusCode::OK)), was);
    assert_eq!(asset_id(&enrol(&desk, &second, &after).await.expect(StatusCode::OK)), was, "again, for nothing");
    enrol(&desk, &first, &before).await.refused(StatusCode::FORBIDDEN, "device-revoked");
    desk.settle().await;
    let chats = "select chat_id from chats where asset_id = $1";
    let chats: Vec<ChatId> = sqlx::query_scalar(chats).bind(was).fetch_all(&desk.bench.db).await.unwrap();
    assert_eq!(chats, [chat_id]);

    let device = desk.get(&ada, &format!("/api/v1/assets/{was}/device")).await.expect(StatusCode::OK);
    let ends: Vec<_> = device["credentials"].as_array().unwrap().iter().map(|row| row["end_reason"].clone()).collect();
    assert_eq!(ends, [Value::Null, json!("enrolled_again")]);
    let told = "select action from audit_log where action like 'device.%' order by audit_id";
    let told: Vec<String> = sqlx::query_scalar(told).fetch_all(&desk.bench.db).await.unwrap();
    assert_eq!(told, ["device.enrolled", "device.enrolled_again", "device.asked_again"]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_machine_is_one_asset_per_customer_however_many_enrol_at_once(db: PgPool) {
    let desk = Desk::new(db).await;
    let customers = [customer(&desk).await, customer(&desk).await];
    let mut keys = Vec::new();
    for turn in 0..4 {
        keys.push(key(&desk, json!({ "customer_id": customers[turn % 2] })).await);
    }
    let devices: Vec<_> = (0..12).map(|_| KeyPair::new_user()).collect();
    let answers =
        join_all(devices.iter().enumerate().map(|(turn, device)| enrol(&desk, &keys[turn % 4], device))).await;
    assert!(answers.iter().all(|answer| answer.status.is_success()), "{answers:?}");
    let assets: i64 = sqlx::query_scalar("select count(*) from assets").fetch_one(&desk.bench.db).await.unwrap();
    let good = "select count(*) from device_credentials where revoked_at is null";
    let good: i64 = sqlx::query_scalar(good).fetch_one(&desk.bench.db).await.unwrap();
    assert_eq!((assets, good), (2, 2));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_copy_of_a_machine_that_is_connected_is_another_asset(db: PgPool) {
    let desk = Desk::new(db).await;
    let ada = desk.admin("Ada").await;
    let key = key(&desk, json!({ "customer_id": customer(&desk).await })).await;
    let original = asset_id(&enrol(&desk, &key, &KeyPair::new_user()).await.expect(StatusCode::CREATED));
    is_connected(&desk, original, None).await;

    let copy = KeyPair::new_user();
    let copied = asset_id(&enrol(&desk, &key, &copy).await.expect(StatusCode::CREATED));
    assert_ne!(copied, original);
    let device = desk.get(&ada, &format!("/api/v1/assets/{original}/device")).await.expect(StatusCode::OK);
    assert_eq!(device["credentials"][0]["is_good"], true);
    assert_eq!(
        (&device["last_seen"]["is_connected"], &device["last_seen"]["agent_version"]),
        (&json!(true), &json!("1.2.3"))
    );
    let told = "select (details ->> 'is_copy')::boolean from audit_log where subject_id = $1";
    let told: bool = sqlx::query_scalar(told).bind(copied.to_string()).fetch_one(&desk.bench.db).await.unwrap();
    assert!(told);

    is_connected(&desk, original, Some(SystemClock.now())).await;
    assert_eq!(asset_id(&enrol(&desk, &key, &copy).await.expect(StatusCode::OK)), copied, "it stays what it is");
    assert_eq!(asset_id(&enrol(&desk, &key, &KeyPair::new_user()).await.expect(StatusCode::OK)), original);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_key_for_new_machines_takes_nothing_over(db: PgPool) {
    let desk = Desk::new(db).await;
    let customer_id = customer(&desk).await;
    let key = key(&desk, json!({ "customer_id": customer_id, "lets_in_again": false })).await;
    let device = KeyPair::new_user();
    let was = asset_id(&enrol(&desk, &key, &device).await.expect(StatusCode::CREATED));
    enrol(&desk, &key, &KeyPair::new_user()).await.refused(StatusCode::CONFLICT, "machine-enrolled");
    assert_eq!(asset_id(&enrol(&desk, &key, &device).await.expect(StatusCode::OK)), was);
    let body = json!({
        "enrolment_key": key, "public_key": KeyPair::new_user().public_key(), "name": "X", "machine_hash": "ABC",
    });
    let answer = desk.call(None, Method::POST, "/api/v1/enrolments", Some(body)).await;
    answer.refused(StatusCode::BAD_REQUEST, "malformed");
}
