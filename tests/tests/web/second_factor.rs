//! Signing in with an authenticator beside the password.

use axum::http::{Method, StatusCode, header};
use broker_config::{Clock, Line, SystemClock, TechnicianId};
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha1::Sha1;
use sqlx::PgPool;
use store::security_groups::TECHNICIANS;

use crate::desk::{Answer, Desk, Technician};

pub const PASSWORD: &str = "kettle-orbit-mango";
pub const FACTOR: &str = "/api/v1/account/second-factor";

pub async fn sign_in(desk: &Desk, code: Option<&str>) -> Answer {
    let mut body = json!({ "email": "priya@desk.example", "password": PASSWORD });
    if let Some(code) = code {
        body["code"] = json!(code);
    }
    desk.call(None, Method::POST, "/api/v1/session", Some(body)).await
}

pub fn with_session(id: TechnicianId, answer: &Answer) -> Technician {
    let set_cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    Technician { id, cookie: set_cookie.split(';').next().unwrap().to_owned(), token_hash: [0; 32] }
}

pub async fn priya(desk: &Desk) -> Technician {
    let hash = web::hash_password(PASSWORD).unwrap();
    let (name, email) = (Line::new("Priya").unwrap(), Line::new("priya@desk.example").unwrap());
    let id =
        store::technicians::add(&desk.bench.db, &name, &email, &hash, &[TECHNICIANS.into()]).await.unwrap().unwrap();
    let answer = sign_in(desk, None).await;
    with_session(id, &answer)
}

/// What an authenticator shows, as RFC 6238 has it: now, or so many half minutes later.
pub fn code(secret: &str, later: i64) -> String {
    let step = SystemClock.now().timestamp() / 30 + later;
    let mut mac = Hmac::<Sha1>::new_from_slice(&BASE32_NOPAD.decode(secret.as_bytes()).unwrap()).unwrap();
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest[19] & 0x0f);
    let number = u32::from_be_bytes(digest[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// Takes an authenticator into use. Gives its secret, the recovery codes, and the session with its new cookie.
pub async fn with_authenticator(desk: &Desk, priya: &Technician) -> (String, Vec<String>, Technician) {
    let new = desk.post(priya, FACTOR, json!({ "password": PASSWORD })).await.expect(StatusCode::OK);
    let secret = new["secret"].as_str().unwrap().to_owned();
    assert!(new["picture"].as_str().unwrap().contains("<svg"));
    assert!(new["address"].as_str().unwrap().contains(&secret));
    let answer = desk.put(priya, FACTOR, json!({ "code": code(&secret, -1) })).await;
    let renewed = with_session(priya.id, &answer);
    let codes = answer.expect(StatusCode::OK)["recovery_codes"].clone();
    (secret, serde_json::from_value(codes).unwrap(), renewed)
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn an_authenticator_is_taken_into_use_by_password_and_code_and_ends_other_sessions(db: PgPool) {
    let desk = Desk::new(db).await;
    let here = priya(&desk).await;
    let elsewhere = with_session(here.id, &sign_in(&desk, None).await);

    desk.post(&here, FACTOR, json!({ "password": "x" })).await.refused(StatusCode::UNAUTHORIZED, "wrong-credentials");
    desk.put(&here, FACTOR, json!({ "code": "000000" })).await.refused(StatusCode::UNAUTHORIZED, "wrong-code");
    desk.post(&here, FACTOR, json!({ "password": PASSWORD })).await.expect(StatusCode::OK);
    sign_in(&desk, None).await.expect(StatusCode::OK);

    let (_, recovery_codes, renewed) = with_authenticator(&desk, &here).await;
    assert_eq!(recovery_codes.len(), 10);
    let account = json!({ "has_second_factor": true, "recovery_codes_left": 10, "has_password": true });
    assert_eq!(desk.get(&renewed, "/api/v1/account").await.expect(StatusCode::OK), account);
    for ended in [&here, &elsewhere] {
        desk.get(ended, "/api/v1/account").await.refused(StatusCode::UNAUTHORIZED, "not-signed-in");
    }
    let again = desk.post(&renewed, FACTOR, json!({ "password": PASSWORD })).await;
    again.refused(StatusCode::CONFLICT, "second-factor-there");

    let removal = format!("{FACTOR}/removal");
    let refused = desk.post(&renewed, &removal, json!({ "password": "x" })).await;
    refused.refused(StatusCode::UNAUTHORIZED, "wrong-credentials");
    desk.post(&renewed, &removal, json!({ "password": PASSWORD })).await.expect(StatusCode::NO_CONTENT);
    sign_in(&desk, None).await.expect(StatusCode::OK);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn each_code_signs_in_once(db: PgPool) {
    let desk = Desk::new(db).await;
    let here = priya(&desk).await;
    let (secret, recovery_codes, renewed) = with_authenticator(&desk, &here).await;

    sign_in(&desk, None).await.refused(StatusCode::UNAUTHORIZED, "second-factor-needed");
    sign_in(&desk, Some("123")).await.refused(StatusCode::UNAUTHORIZED, "wrong-code");
    let next = code(&secret, 1);
    let answers: [Answer; 3] =
        tokio::join!(sign_in(&desk, Some(&next)), sign_in(&desk, Some(&next)), sign_in(&desk, Some(&next))).into();
    let signed_in = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
    assert_eq!(signed_in, 1, "{answers:?}");
    sign_in(&desk, Some(&code(&secret, 0))).await.refused(StatusCode::UNAUTHORIZED, "wrong-code");

    sign_in(&desk, Some(&recovery_codes[3].to_lowercase())).await.expect(StatusCode::OK);
    sign_in(&desk, Some(&recovery_codes[3])).await.refused(StatusCode::UNAUTHORIZED, "wrong-code");
    let account: Value = desk.get(&renewed, "/api/v1/account").await.expect(StatusCode::OK);
    assert_eq!(account["recovery_codes_left"], 9);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn codes_are_not_guessed_by_whoever_knows_the_password(db: PgPool) {
    let desk = Desk::new(db).await;
    let here = priya(&desk).await;
    let (secret, ..) = with_authenticator(&desk, &here).await;
    for _ in 0..10 {
        sign_in(&desk, Some("123")).await.refused(StatusCode::UNAUTHORIZED, "wrong-code");
    }
    sign_in(&desk, Some(&code(&secret, 1))).await.refused(StatusCode::TOO_MANY_REQUESTS, "too-many-attempts");
}
