//! A new installation gets its first administrator.

use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};
use sqlx::PgPool;
use store::rights::Rights;
use web::TypedCode;

use crate::desk::{Answer, Desk};

async fn code(desk: &Desk) -> Option<String> {
    let code = TypedCode::new();
    store::setup::add_code(&desk.bench.db, &code.hash()).await.unwrap().then(|| code.reveal())
}

async fn set_up(desk: &Desk, code: &str, name: &str) -> Answer {
    let email = format!("{name}@desk.example");
    let body = json!({ "code": code, "name": name, "email": email, "password": "kettle-orbit-mango" });
    desk.call(None, Method::POST, "/api/v1/setup", Some(body)).await
}

async fn is_needed(desk: &Desk) -> Value {
    desk.call(None, Method::GET, "/api/v1/setup", None).await.expect(StatusCode::OK)["is_needed"].clone()
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn only_who_has_a_code_becomes_the_first_administrator(db: PgPool) {
    let desk = Desk::new(db).await;
    let (code, another) = (code(&desk).await.unwrap(), code(&desk).await.unwrap());
    assert_eq!(is_needed(&desk).await, true);
    set_up(&desk, "AAAA-AAAA-AAAA-AAAA", "mallory").await.refused(StatusCode::FORBIDDEN, "wrong-setup-code");
    let weak = json!({ "code": code, "name": "ada", "email": "a@desk.example", "password": "short" });
    let answer = desk.call(None, Method::POST, "/api/v1/setup", Some(weak)).await;
    answer.refused(StatusCode::BAD_REQUEST, "password-refused");

    let answer = set_up(&desk, &code.to_lowercase(), "ada").await;
    assert!(answer.headers[header::SET_COOKIE].to_str().unwrap().starts_with("trayline_session="));
    assert_eq!(answer.expect(StatusCode::CREATED)["rights"], json!(Rights::all()));

    assert_eq!(is_needed(&desk).await, false);
    set_up(&desk, &another, "mallory").await.refused(StatusCode::CONFLICT, "already-set-up");
    let sign_in = json!({ "email": "ada@desk.example", "password": "kettle-orbit-mango" });
    desk.call(None, Method::POST, "/api/v1/session", Some(sign_in)).await.expect(StatusCode::OK);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn of_several_who_set_up_at_the_same_moment_one_does(db: PgPool) {
    let desk = Desk::new(db).await;
    let codes = [code(&desk).await.unwrap(), code(&desk).await.unwrap(), code(&desk).await.unwrap()];
    let answers = tokio::join!(
        set_up(&desk, &codes[0], "ada"),
        set_up(&desk, &codes[1], "ben"),
        set_up(&desk, &codes[2], "cleo"),
    );
    let mut statuses = [answers.0.status, answers.1.status, answers.2.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::CREATED, StatusCode::CONFLICT, StatusCode::CONFLICT]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn there_is_no_code_once_there_is_a_technician_and_codes_are_not_guessed(db: PgPool) {
    let desk = Desk::new(db).await;
    for _ in 0..20 {
        set_up(&desk, "AAAA", "mallory").await.refused(StatusCode::FORBIDDEN, "wrong-setup-code");
    }
    set_up(&desk, "AAAA", "mallory").await.refused(StatusCode::TOO_MANY_REQUESTS, "too-many-attempts");

    desk.technician("Tom").await;
    assert_eq!(code(&desk).await, None);
}
