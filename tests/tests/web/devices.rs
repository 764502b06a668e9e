//! Enrolment.

use async_nats::ConnectOptions;
use axum::http::{Method, StatusCode};
use broker_config::{AssetId, CustomerId, Line, account, subject};
use futures::future::join_all;
use nkeys::KeyPair;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::desk::{Answer, Desk};

pub async fn key(desk: &Desk, body: Value) -> String {
    let ada = desk.admin(&format!("Ada {}", AssetId::new())).await;
    let key = desk.post(&ada, "/api/v1/enrolment-keys", body).await.expect(StatusCode::CREATED);
    key["key"].as_str().unwrap().to_owned()
}

pub async fn customer(desk: &Desk) -> CustomerId {
    store::customers::add(&desk.bench.db, &Line::new("Bluebell Dental").unwrap()).await.unwrap()
}

pub async fn enrol(desk: &Desk, key: &str, device: &KeyPair) -> Answer {
    let body =
        json!({ "enrolment_key": key, "public_key": device.public_key(), "name": "FRONTDESK-01", "renews": true });
    desk.call(None, Method::POST, "/api/v1/enrolments", Some(body)).await
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_device_enrols_connects_and_enrols_again_for_nothing(db: PgPool) {
    let desk = Desk::new(db).await;
    let key = key(&desk, json!({ "customer_id": customer(&desk).await, "uses": 1 })).await;
    assert!(key.starts_with("tlk_"), "{key}");
    let device = KeyPair::new_user();

    let first = enrol(&desk, &key, &device).await.expect(StatusCode::CREATED);
    assert_eq!(first["broker_urls"], json!([desk.bench.broker.url()]));
    let again = enrol(&desk, &key, &device).await.expect(StatusCode::OK);
    assert_eq!(again["asset_id"], first["asset_id"]);
    enrol(&desk, &key, &KeyPair::new_user()).await.refused(StatusCode::FORBIDDEN, "enrolment-key-used-up");

    let asset_id = first["asset_id"].as_str().unwrap();
    let credentials = account::credentials_file(first["jwt"].as_str().unwrap(), &device.seed().unwrap());
    let client = ConnectOptions::with_credentials(&credentials)
        .unwrap()
        .custom_inbox_prefix(subject::inbox_prefix(asset_id))
        .connect(desk.bench.broker.url())
        .await
        .unwrap();
    let device = tests::TestDevice { asset_id: asset_id.parse().unwrap(), client };
    assert_eq!(device.open(broker_config::ChatId::new(), 0).await.seq, 1);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_key_with_three_uses_lets_three_of_twenty_racing_devices_in(db: PgPool) {
    let desk = Desk::new(db).await;
    let key = key(&desk, json!({ "customer_id": customer(&desk).await, "uses": 3 })).await;
    let devices: Vec<_> = (0..20).map(|_| KeyPair::new_user()).collect();

    let answers = join_all(devices.iter().map(|device| enrol(&desk, &key, device))).await;

    let enrolled = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count();
    let refused = answers.iter().filter(|answer| answer.status == StatusCode::FORBIDDEN).count();
    assert_eq!((enrolled, refused), (3, 17));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn one_device_that_enrols_many_times_at_once_is_one_asset(db: PgPool) {
    let desk = Desk::new(db).await;
    let customer_id = customer(&desk).await;
    let keys = [
        key(&desk, json!({ "customer_id": customer_id })).await,
        key(&desk, json!({ "customer_id": customer_id })).await,
    ];
    let device = KeyPair::new_user();

    let answers = join_all((0..20).map(|turn| enrol(&desk, &keys[turn % 2], &device))).await;

    let created = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count();
    assert_eq!(created, 1);
    for answer in &answers {
        assert_eq!(answer.body["asset_id"], answers[0].body["asset_id"], "{}", answer.body);
    }
    let assets: i64 = sqlx::query_scalar("select count(*) from assets").fetch_one(&desk.bench.db).await.unwrap();
    assert_eq!(assets, 1);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn who_does_not_get_in_is_told_why(db: PgPool) {
    let desk = Desk::new(db).await;
    let customer_id = customer(&desk).await;
    let good = key(&desk, json!({ "customer_id": customer_id })).await;
    for wrong in [KeyPair::new_account(), KeyPair::new_server()] {
        enrol(&desk, &good, &wrong).await.refused(StatusCode::BAD_REQUEST, "malformed");
    }
    enrol(&desk, "tlk_nothing", &KeyPair::new_user()).await.refused(StatusCode::FORBIDDEN, "enrolment-refused");
    sqlx::query("update enrolment_keys set expires_at = now()").execute(&desk.bench.db).await.unwrap();
    enrol(&desk, &good, &KeyPair::new_user()).await.refused(StatusCode::FORBIDDEN, "enrolment-key-expired");
    sqlx::query("update enrolment_keys set revoked_at = now()").execute(&desk.bench.db).await.unwrap();
    enrol(&desk, &good, &KeyPair::new_user()).await.refused(StatusCode::FORBIDDEN, "enrolment-key-revoked");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn an_administrator_sees_how_a_device_came_and_cuts_it_off(db: PgPool) {
    let desk = Desk::new(db).await;
    let ada = desk.admin("Ada").await;
    let body = json!({ "customer_id": customer(&desk).await, "name": "Reception" });
    let made = desk.post(&ada, "/api/v1/enrolment-keys", body).await.expect(StatusCode::CREATED);
    let (key, device) = (made["key"].as_str().unwrap(), KeyPair::new_user());
    let enrolled = enrol(&desk, key, &device).await.expect(StatusCode::CREATED);
    let asset = format!("/api/v1/assets/{}/device", enrolled["asset_id"].as_str().unwrap());

    let shown = desk.get(&ada, &asset).await.expect(StatusCode::OK);
    assert_eq!(shown["last_seen"], Value::Null);
    let credential = &shown["credentials"][0];
    assert_eq!(credential["enrolment_key_name"], "Reception");
    assert_eq!(credential["enrolment_key_id"], made["enrolment_key_id"]);
    assert_eq!((&credential["is_good"], &credential["end_reason"]), (&json!(true), &Value::Null));
    assert_eq!(credential["expires_at"], enrolled["expires_at"]);

    desk.post(&ada, &format!("{asset}/revocation"), json!({})).await.expect(StatusCode::NO_CONTENT);
    let shown = desk.get(&ada, &asset).await.expect(StatusCode::OK);
    let credential = &shown["credentials"][0];
    assert_eq!((&credential["is_good"], &credential["end_reason"]), (&json!(false), &json!("revoked")));
    assert_eq!(credential["revoked_by"], "Ada");
    for act in ["revocation", "rotation"] {
        let again = desk.post(&ada, &format!("{asset}/{act}"), json!({})).await;
        again.refused(StatusCode::NOT_FOUND, "no-such-device");
    }
    enrol(&desk, key, &device).await.refused(StatusCode::FORBIDDEN, "device-revoked");

    let audit = desk.get(&ada, "/api/v1/audit-log").await.expect(StatusCode::OK);
    let actions: Vec<_> = audit["entries"].as_array().unwrap().iter().map(|entry| entry["action"].clone()).collect();
    assert_eq!(actions, ["device.revoked", "device.enrolled", "enrolment_key.added"]);
}
