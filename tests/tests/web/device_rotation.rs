//! One credential in another's place, as a device asks for it.

use axum::http::{Method, StatusCode};
use broker_config::rotation_claim;
use data_encoding::BASE64URL_NOPAD;
use futures::future::join_all;
use nkeys::KeyPair;
use serde_json::json;
use sqlx::PgPool;

use crate::desk::{Answer, Desk};
use crate::devices::{customer, enrol, key};

async fn rotate(desk: &Desk, held: &KeyPair, next: &KeyPair, insists: bool) -> Answer {
    rotate_by(desk, held, held, next, insists).await
}

/// Asks in the place of `held`, with a signature by `signer`.
async fn rotate_by(desk: &Desk, held: &KeyPair, signer: &KeyPair, next: &KeyPair, insists: bool) -> Answer {
    let signature = signer.sign(rotation_claim(&next.public_key()).as_bytes()).unwrap();
    let body = json!({
        "public_key": held.public_key(),
        "new_public_key": next.public_key(),
        "signature": BASE64URL_NOPAD.encode(&signature),
        "insists": insists,
    });
    desk.call(None, Method::POST, "/api/v1/device-credentials", Some(body)).await
}

/// A device that is in, and its asset.
async fn device(desk: &Desk) -> (KeyPair, String) {
    let key = key(desk, json!({ "customer_id": customer(desk).await })).await;
    let device = KeyPair::new_user();
    let enrolled = enrol(desk, &key, &device).await.expect(StatusCode::CREATED);
    (device, enrolled["asset_id"].as_str().unwrap().to_owned())
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_device_gets_another_credential_when_it_is_time_or_somebody_wants_it(db: PgPool) {
    let desk = Desk::new(db).await;
    let ada = desk.admin("Ada").await;
    let (first, asset_id) = device(&desk).await;
    let (second, third) = (KeyPair::new_user(), KeyPair::new_user());
    rotate(&desk, &first, &second, false).await.expect(StatusCode::NO_CONTENT);

    desk.post(&ada, &format!("/api/v1/assets/{asset_id}/device/rotation"), json!({}))
        .await
        .expect(StatusCode::NO_CONTENT);
    let given = rotate(&desk, &first, &second, false).await.expect(StatusCode::OK);
    assert_eq!(given["asset_id"], json!(asset_id));
    let again = rotate(&desk, &first, &second, false).await.expect(StatusCode::OK);
    assert_eq!(again["expires_at"], given["expires_at"], "the answer may have been lost");
    rotate(&desk, &second, &third, false).await.expect(StatusCode::NO_CONTENT);

    let soon = "update device_credentials set expires_at = now() + interval '30 days' where revoked_at is null";
    sqlx::query(soon).execute(&desk.bench.db).await.unwrap();
    rotate(&desk, &second, &third, false).await.expect(StatusCode::OK);
    let shown = desk.get(&ada, &format!("/api/v1/assets/{asset_id}/device")).await.expect(StatusCode::OK);
    let credentials = shown["credentials"].as_array().unwrap();
    let said: Vec<_> = credentials.iter().map(|row| (row["is_good"].clone(), row["end_reason"].clone())).collect();
    let (good, replaced) = (json!(true), json!("replaced"));
    assert_eq!(said, [(good.clone(), json!(null)), (good.clone(), replaced.clone()), (good, replaced)]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_device_that_was_off_until_its_credential_expired_gets_another_one(db: PgPool) {
    let desk = Desk::new(db).await;
    let (device, _) = device(&desk).await;
    let long_ago = "update device_credentials set expires_at = now() - interval '1 year'";
    sqlx::query(long_ago).execute(&desk.bench.db).await.unwrap();
    rotate(&desk, &device, &KeyPair::new_user(), false).await.expect(StatusCode::OK);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn of_many_that_ask_at_once_with_one_credential_one_key_takes_its_place(db: PgPool) {
    let desk = Desk::new(db).await;
    let (device, _) = device(&desk).await;
    let keys: Vec<_> = (0..4).map(|_| KeyPair::new_user()).collect();
    let answers = join_all((0..16).map(|turn| rotate(&desk, &device, &keys[turn % 4], true))).await;
    let given = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
    let refused = answers.iter().filter(|answer| answer.status == StatusCode::FORBIDDEN).count();
    assert_eq!((given, refused), (4, 12), "{answers:?}");
    let known: i64 =
        sqlx::query_scalar("select count(*) from device_credentials").fetch_one(&desk.bench.db).await.unwrap();
    assert_eq!(known, 2);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn nobody_gets_a_credential_without_one_that_is_good(db: PgPool) {
    let desk = Desk::new(db).await;
    let ada = desk.admin("Ada").await;
    let (victim, asset_id) = device(&desk).await;
    let (other, _) = device(&desk).await;
    let new = KeyPair::new_user();
    rotate_by(&desk, &victim, &other, &new, true).await.refused(StatusCode::BAD_REQUEST, "malformed");
    let unknown = KeyPair::new_user();
    rotate(&desk, &unknown, &new, true).await.refused(StatusCode::FORBIDDEN, "device-revoked");
    rotate(&desk, &other, &victim, true).await.refused(StatusCode::FORBIDDEN, "device-revoked");
    desk.post(&ada, &format!("/api/v1/assets/{asset_id}/device/revocation"), json!({}))
        .await
        .expect(StatusCode::NO_CONTENT);
    rotate(&desk, &victim, &new, true).await.refused(StatusCode::FORBIDDEN, "device-revoked");
}
