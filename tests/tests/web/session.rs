use axum::http::{Method, StatusCode, header};
use broker_config::Line;
use chrono::TimeDelta;
use serde_json::json;
use sqlx::PgPool;
use store::rights::Rights;
use store::security_groups::{ADMINISTRATORS, TECHNICIANS};

use crate::desk::{Desk, Technician};

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_technician_signs_in_is_known_and_signs_out(db: PgPool) {
    let desk = Desk::new(db).await;
    let hash = web::hash_password("correct horse").unwrap();
    let (name, email) = (Line::new("Priya").unwrap(), Line::new("Priya@desk.example").unwrap());
    let technician_id =
        store::technicians::add(&desk.bench.db, &name, &email, &hash, &[ADMINISTRATORS.into()]).await.unwrap().unwrap();

    let sign_in = json!({ "email": "priya@DESK.example", "password": "correct horse" });
    let answer = desk.call(None, Method::POST, "/api/v1/session", Some(sign_in)).await;
    let set_cookie = answer.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
    let expected = json!({
        "technician_id": technician_id, "name": "Priya", "email": "Priya@desk.example", "rights": Rights::all(),
        "lacks_second_factor": false,
    });
    assert_eq!(answer.expect(StatusCode::OK), expected);
    let (cookie, attributes) = set_cookie.split_once(';').unwrap();
    assert_eq!(attributes, " Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax");

    let priya = Technician { id: technician_id, cookie: cookie.into(), token_hash: [0; 32] };
    assert_eq!(desk.get(&priya, "/api/v1/session").await.expect(StatusCode::OK), expected);
    desk.call(Some(&priya), Method::DELETE, "/api/v1/session", None).await.expect(StatusCode::NO_CONTENT);
    desk.get(&priya, "/api/v1/session").await.refused(StatusCode::UNAUTHORIZED, "not-signed-in");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_wrong_password_and_an_unknown_address_are_answered_alike(db: PgPool) {
    let desk = Desk::new(db).await;
    let hash = web::hash_password("correct horse").unwrap();
    let (name, email) = (Line::new("Priya").unwrap(), Line::new("priya@desk.example").unwrap());
    store::technicians::add(&desk.bench.db, &name, &email, &hash, &[TECHNICIANS.into()]).await.unwrap();

    let mut answers = Vec::new();
    for email in ["priya@desk.example", "nobody@desk.example"] {
        let sign_in = json!({ "email": email, "password": "battery staple" });
        let answer = desk.call(None, Method::POST, "/api/v1/session", Some(sign_in)).await;
        assert!(!answer.headers.contains_key(header::SET_COOKIE));
        answers.push(answer.refused(StatusCode::UNAUTHORIZED, "wrong-credentials"));
    }
    assert_eq!(answers[0], answers[1]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn an_expired_session_and_a_disabled_technician_are_nobody(db: PgPool) {
    let desk = Desk::new(db).await;
    let (priya, tom) = (desk.technician("Priya").await, desk.technician("Tom").await);
    let past = chrono::DateTime::UNIX_EPOCH + TimeDelta::days(1);
    sqlx::query("update sessions set expires_at = $1 where technician_id = $2")
        .bind(past)
        .bind(priya.id)
        .execute(&desk.bench.db)
        .await
        .unwrap();
    sqlx::query("update technicians set disabled_at = now() where technician_id = $1")
        .bind(tom.id)
        .execute(&desk.bench.db)
        .await
        .unwrap();

    for nobody in [priya, tom] {
        desk.get(&nobody, "/api/v1/session").await.refused(StatusCode::UNAUTHORIZED, "not-signed-in");
    }
}
