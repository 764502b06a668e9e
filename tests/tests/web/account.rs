//! Signing in with a password, and where one is signed in.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode, header};
use broker_config::{Clock, Line, SystemClock, TechnicianId};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::PgPool;
use store::security_groups::TECHNICIANS;

use crate::desk::{Answer, Desk, Technician};
use crate::socket::Socket;

const PASSWORD: &str = "kettle-orbit-mango";

async fn priya(desk: &Desk) -> TechnicianId {
    let hash = web::hash_password(PASSWORD).unwrap();
    let (name, email) = (Line::new("Priya").unwrap(), Line::new("priya@desk.example").unwrap());
    store::technicians::add(&desk.bench.db, &name, &email, &hash, &[TECHNICIANS.into()]).await.unwrap().unwrap()
}

/// Signs in from an address, with a browser.
async fn sign_in(desk: &Desk, from: &str, email: &str, password: &str) -> Answer {
    let mut request = Request::post("/api/v1/session")
        .header(header::HOST, "desk.example")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::USER_AGENT, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
        .body(Body::from(json!({ "email": email, "password": password }).to_string()))
        .unwrap();
    let from: SocketAddr = from.parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(web::Peer(from)));
    desk.send(request).await
}

/// The technician with the session that an answer began.
fn with_session(id: TechnicianId, answer: &Answer) -> Technician {
    let set_cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    Technician { id, cookie: set_cookie.split(';').next().unwrap().to_owned(), token_hash: [0; 32] }
}

async fn signed_in(desk: &Desk, id: TechnicianId) -> Technician {
    let answer = sign_in(desk, "192.0.2.1:50000", "priya@desk.example", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::OK);
    with_session(id, &answer)
}

fn refused_for_a_while(answer: Answer) -> Value {
    let wait: u64 = answer.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=901).contains(&wait), "{wait}");
    answer.refused(StatusCode::TOO_MANY_REQUESTS, "too-many-attempts")
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn passwords_of_one_account_are_tried_ten_times_from_wherever_and_whether_it_is_there_or_not(db: PgPool) {
    let desk = Desk::new(db).await;
    priya(&desk).await;
    for email in ["priya@desk.example", "nobody@desk.example"] {
        for attempt in 1..=10 {
            let answer = sign_in(&desk, &format!("192.0.2.{attempt}:1"), email, "battery staple").await;
            answer.refused(StatusCode::UNAUTHORIZED, "wrong-credentials");
        }
        let problem = refused_for_a_while(sign_in(&desk, "198.51.100.7:1", &email.to_uppercase(), PASSWORD).await);
        assert_eq!(problem["detail"], "There were too many attempts. Try again in 15 minutes.");
    }

    sqlx::query("update attempts set began_at = began_at - interval '15 minutes'")
        .execute(&desk.bench.db)
        .await
        .unwrap();
    sign_in(&desk, "198.51.100.7:1", "priya@desk.example", PASSWORD).await.expect(StatusCode::OK);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn one_address_tries_sixty_times_and_who_knows_the_password_is_not_counted(db: PgPool) {
    let desk = Desk::new(db).await;
    priya(&desk).await;
    for attempt in 0..60 {
        sign_in(&desk, "192.0.2.1:1", "priya@desk.example", PASSWORD).await.expect(StatusCode::OK);
        let email = format!("{attempt}@desk.example");
        sign_in(&desk, "192.0.2.1:2", &email, "x").await.refused(StatusCode::UNAUTHORIZED, "wrong-credentials");
    }
    refused_for_a_while(sign_in(&desk, "192.0.2.1:3", "priya@desk.example", PASSWORD).await);
    sign_in(&desk, "192.0.2.2:1", "priya@desk.example", PASSWORD).await.expect(StatusCode::OK);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_technician_sees_where_they_are_signed_in_and_signs_out_one_place_or_all_others(db: PgPool) {
    let desk = Desk::new(db).await;
    let (id, tom) = (priya(&desk).await, desk.technician("Tom").await);
    let (here, there, elsewhere) = (signed_in(&desk, id).await, signed_in(&desk, id).await, signed_in(&desk, id).await);
    let served = desk.serve().await;
    let mut sockets = Vec::new();
    for place in [&here, &there, &elsewhere] {
        sockets.push(Socket::open(served.port, place, None).await);
    }

    let list = async || desk.get(&here, "/api/v1/account/sessions").await.expect(StatusCode::OK)["sessions"].clone();
    let places = list().await;
    assert_eq!(places.as_array().unwrap().len(), 3);
    let current: Vec<_> = places.as_array().unwrap().iter().filter(|place| place["is_current"] == true).collect();
    assert_eq!(current.len(), 1);
    assert_eq!(current[0]["address"], "192.0.2.1");
    assert!(current[0]["user_agent"].as_str().unwrap().contains("Firefox"));

    let path = |of: &Value| format!("/api/v1/account/sessions/{}", of["session_id"].as_str().unwrap());
    let theirs = desk.get(&there, "/api/v1/account/sessions").await.expect(StatusCode::OK);
    let theirs = theirs["sessions"].as_array().unwrap().iter().find(|place| place["is_current"] == true).unwrap();
    desk.call(Some(&tom), Method::DELETE, &path(theirs), None).await.refused(StatusCode::NOT_FOUND, "no-such-session");
    desk.call(Some(&here), Method::DELETE, &path(theirs), None).await.expect(StatusCode::NO_CONTENT);
    desk.get(&there, "/api/v1/session").await.refused(StatusCode::UNAUTHORIZED, "not-signed-in");
    assert_eq!(sockets[1].next_of("closing").await, json!({ "type": "closing", "reason": "signed_out" }));
    desk.get(&elsewhere, "/api/v1/session").await.expect(StatusCode::OK);

    desk.call(Some(&here), Method::DELETE, "/api/v1/account/sessions", None).await.expect(StatusCode::NO_CONTENT);
    desk.get(&elsewhere, "/api/v1/session").await.refused(StatusCode::UNAUTHORIZED, "not-signed-in");
    assert_eq!(sockets[2].next_of("closing").await, json!({ "type": "closing", "reason": "signed_out" }));
    assert_eq!(list().await.as_array().unwrap().len(), 1);
    desk.get(&tom, "/api/v1/session").await.expect(StatusCode::OK);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn another_password_ends_all_other_sessions_and_gives_this_one_another_cookie(db: PgPool) {
    let desk = Desk::new(db).await;
    let id = priya(&desk).await;
    let (here, there) = (signed_in(&desk, id).await, signed_in(&desk, id).await);
    let change = async |current: &str, new: &str| {
        let body = json!({ "current_password": current, "new_password": new });
        desk.put(&here, "/api/v1/account/password", body).await
    };

    change("wrong", "saddle-comet-thirty").await.refused(StatusCode::UNAUTHORIZED, "wrong-credentials");
    change(PASSWORD, "short").await.refused(StatusCode::BAD_REQUEST, "password-refused");
    let guessed = change(PASSWORD, "qwertyuiop1234").await.refused(StatusCode::BAD_REQUEST, "password-refused");
    assert!(guessed["detail"].as_str().unwrap().starts_with("This password is too easy to guess: "), "{guessed}");
    let answer = change(PASSWORD, "saddle-comet-thirty").await;
    let renewed = with_session(id, &answer);
    answer.expect(StatusCode::NO_CONTENT);

    for ended in [&here, &there] {
        desk.get(ended, "/api/v1/session").await.refused(StatusCode::UNAUTHORIZED, "not-signed-in");
    }
    desk.get(&renewed, "/api/v1/session").await.expect(StatusCode::OK);
    let answer = sign_in(&desk, "192.0.2.1:1", "priya@desk.example", PASSWORD).await;
    answer.refused(StatusCode::UNAUTHORIZED, "wrong-credentials");
    sign_in(&desk, "192.0.2.1:1", "priya@desk.example", "saddle-comet-thirty").await.expect(StatusCode::OK);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn signing_in_again_ends_the_session_that_the_browser_had(db: PgPool) {
    let desk = Desk::new(db).await;
    let before = signed_in(&desk, priya(&desk).await).await;
    let body = json!({ "email": "priya@desk.example", "password": PASSWORD });
    desk.post(&before, "/api/v1/session", body).await.expect(StatusCode::OK);
    desk.get(&before, "/api/v1/session").await.refused(StatusCode::UNAUTHORIZED, "not-signed-in");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_session_lasts_while_it_is_used_but_not_past_its_end(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = signed_in(&desk, priya(&desk).await).await;
    let used_long_ago =
        "update sessions set last_seen_at = now() - interval '2 hours', expires_at = now() + interval '1 minute'";
    let times = "select expires_at, ends_at from sessions";

    sqlx::query(used_long_ago).execute(&desk.bench.db).await.unwrap();
    desk.get(&priya, "/api/v1/session").await.expect(StatusCode::OK);
    let (expires_at, ends_at): (DateTime<Utc>, DateTime<Utc>) =
        sqlx::query_as(times).fetch_one(&desk.bench.db).await.unwrap();
    assert!(expires_at > SystemClock.now() + chrono::TimeDelta::hours(11), "{expires_at}");
    assert!(ends_at > expires_at);

    sqlx::query(used_long_ago).execute(&desk.bench.db).await.unwrap();
    sqlx::query("update sessions set ends_at = now() + interval '5 minutes'").execute(&desk.bench.db).await.unwrap();
    desk.get(&priya, "/api/v1/session").await.expect(StatusCode::OK);
    let (expires_at, ends_at): (DateTime<Utc>, DateTime<Utc>) =
        sqlx::query_as(times).fetch_one(&desk.bench.db).await.unwrap();
    assert_eq!(expires_at, ends_at);
}
