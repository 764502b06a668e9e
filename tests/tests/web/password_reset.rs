//! Whoever forgot their password takes another one by a link.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::PgPool;
use tests::eventually;
use web::Secret;

use crate::desk::{Answer, Desk, Technician};

const HOUR: Duration = Duration::from_hours(1);

async fn ask(desk: &Desk, email: &str) -> Answer {
    desk.call(None, Method::POST, "/api/v1/password-resets", Some(json!({ "email": email }))).await
}

async fn redeem(desk: &Desk, token: &str, password: &str) -> Answer {
    let body = json!({ "token": token, "new_password": password });
    desk.call(None, Method::POST, "/api/v1/password-resets/redemption", Some(body)).await
}

async fn link(desk: &Desk, of: &Technician, lasts: Duration) -> String {
    let token = Secret::new("");
    store::password_resets::add(&desk.bench.db, of.id, &token.hash(), lasts).await.unwrap();
    token.reveal().to_owned()
}

async fn sign_in(desk: &Desk, password: &str) -> Answer {
    let body = json!({ "email": "Priya@desk.example", "password": password });
    desk.call(None, Method::POST, "/api/v1/session", Some(body)).await
}

async fn on_their_way(desk: &Desk) -> Vec<String> {
    sqlx::query_scalar(
        "select t.name from deliveries d join technicians t using (technician_id) where d.resets_password",
    )
    .fetch_all(&desk.bench.db)
    .await
    .unwrap()
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_link_is_sent_to_whoever_signs_in_with_the_address_and_nobody_learns_whether_somebody_does(db: PgPool) {
    let desk = Desk::new(db).await;
    let (_priya, tom) = (desk.technician("Priya").await, desk.technician("Tom").await);
    sqlx::query("update technicians set disabled_at = now() where technician_id = $1")
        .bind(tom.id)
        .execute(&desk.bench.db)
        .await
        .unwrap();

    let mut answers = Vec::new();
    for email in ["nobody@desk.example", "tom@desk.example", "PRIYA@desk.example", "priya@desk.example"] {
        answers.push(ask(&desk, email).await.expect(StatusCode::ACCEPTED));
    }
    assert_eq!(answers, vec![Value::String(String::new()); 4]);
    eventually("a link is on its way", async || on_their_way(&desk).await == ["Priya"]).await;

    for email in ["priya@desk.example", "nobody@desk.example"] {
        while ask(&desk, email).await.status == StatusCode::ACCEPTED {}
        ask(&desk, email).await.refused(StatusCode::TOO_MANY_REQUESTS, "too-many-attempts");
    }
    let shown = desk.get(&desk.admin("Ada").await, "/api/v1/deliveries").await.expect(StatusCode::OK);
    assert_eq!(shown["deliveries"], json!([]));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_link_gives_another_password_once_and_ends_every_session(db: PgPool) {
    let desk = Desk::new(db).await;
    let (priya, tom) = (desk.technician("Priya").await, desk.technician("Tom").await);
    let (token, another) = (link(&desk, &priya, HOUR).await, link(&desk, &priya, HOUR).await);
    for _ in 0..10 {
        sign_in(&desk, "wrong").await.refused(StatusCode::UNAUTHORIZED, "wrong-credentials");
    }

    redeem(&desk, &token, "short").await.refused(StatusCode::BAD_REQUEST, "password-refused");
    redeem(&desk, &token, "kettle-orbit-mango").await.expect(StatusCode::NO_CONTENT);

    desk.get(&priya, "/api/v1/session").await.refused(StatusCode::UNAUTHORIZED, "not-signed-in");
    desk.get(&tom, "/api/v1/session").await.expect(StatusCode::OK);
    sign_in(&desk, "kettle-orbit-mango").await.expect(StatusCode::OK);
    for used_up in [&token, &another] {
        let answer = redeem(&desk, used_up, "saddle-comet-thirty").await;
        answer.refused(StatusCode::FORBIDDEN, "wrong-reset-token");
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_link_that_is_old_or_invented_or_of_somebody_disabled_gives_nothing(db: PgPool) {
    let desk = Desk::new(db).await;
    let (priya, tom) = (desk.technician("Priya").await, desk.technician("Tom").await);
    let links = [link(&desk, &priya, Duration::ZERO).await, link(&desk, &tom, HOUR).await, "invented".to_owned()];
    sqlx::query("update technicians set disabled_at = now() where technician_id = $1")
        .bind(tom.id)
        .execute(&desk.bench.db)
        .await
        .unwrap();
    for token in links {
        let answer = redeem(&desk, &token, "kettle-orbit-mango").await;
        answer.refused(StatusCode::FORBIDDEN, "wrong-reset-token");
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn of_several_who_have_the_same_link_one_takes_the_password(db: PgPool) {
    let desk = Desk::new(db).await;
    let token = link(&desk, &desk.technician("Priya").await, HOUR).await;
    let answers = tokio::join!(
        redeem(&desk, &token, "kettle-orbit-mango"),
        redeem(&desk, &token, "saddle-comet-thirty"),
        redeem(&desk, &token, "violin-harbour-nine"),
    );
    let mut statuses = [answers.0.status, answers.1.status, answers.2.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::NO_CONTENT, StatusCode::FORBIDDEN, StatusCode::FORBIDDEN]);
}
