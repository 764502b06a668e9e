//! What anybody may send, given anything at all: it is refused with words, and never the front's fault.

use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, StatusCode, header};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngSeed, TestRunner};
use serde_json::json;
use sqlx::PgPool;
use tokio_tungstenite::tungstenite::Message;

use crate::desk::Desk;
use crate::socket::Socket;

/// How many of each are tried.
const TRIES: usize = 200;

/// Some values, the same ones with every run.
fn some<S: Strategy>(strategy: &S) -> Vec<S::Value> {
    let mut runner = TestRunner::new(ProptestConfig { rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() });
    (0..TRIES).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

fn header_value() -> impl Strategy<Value = HeaderValue> {
    let bytes = vec(any::<u8>(), 0..120);
    let words = "(trayline_session|__Host-trayline_session|Bearer|Basic| |=|;|,|\"|%00|%ff|[a-zA-Z0-9_-]{1,60}|[\\x80-\\xff]){0,12}";
    prop_oneof![bytes, words.prop_map(String::into_bytes)]
        .prop_filter_map("not a header", |bytes| HeaderValue::from_bytes(&bytes).ok())
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn whatever_stands_in_a_header_is_nobody_and_no_fault(db: PgPool) {
    let desk = Desk::new(db).await;
    for name in [
        "cookie",
        "authorization",
        "x-forwarded-for",
        "user-agent",
        "host",
        "content-type",
        "x-request-id",
        "accept-encoding",
    ] {
        for value in some(&header_value()).into_iter().take(TRIES / 4) {
            let request = Request::builder().method(Method::GET).uri("/api/v1/session").header(name, &value);
            let answer = desk.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{name}: {value:?}");
        }
    }
    for (origin, site) in some(&(header_value(), header_value())) {
        let request =
            Request::builder().method(Method::DELETE).uri("/api/v1/session").header(header::HOST, "desk.example");
        let request = request.header(header::ORIGIN, &origin).header("sec-fetch-site", &site);
        let answer = desk.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{origin:?}");
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn whatever_is_a_body_is_refused_with_words(db: PgPool) {
    let desk = Desk::new(db).await;
    let ada = desk.admin("Ada").await;
    let bodies = prop_oneof![
        vec(any::<u8>(), 0..200),
        "[\\[\\]{}:,\"a-z0-9 \\\\u]{0,80}".prop_map(String::into_bytes),
        "\\{\"(name|email|password|text|code)\":(\".{0,40}\"|null|-?[0-9]{1,25}|\\[\\])\\}"
            .prop_map(String::into_bytes),
    ];
    for (method, path, content_type) in [
        (Method::POST, "/api/v1/session", "application/json"),
        (Method::POST, "/api/v1/enrolments", "application/json"),
        (Method::POST, "/api/v1/password-resets/redemption", "application/json"),
        (Method::POST, "/api/v1/customers", "application/json"),
        (Method::PUT, "/api/v1/installation/tabs", "application/json"),
        (Method::POST, "/api/v1/imports/contacts", "text/csv"),
    ] {
        for body in some(&bodies).into_iter().take(TRIES / 4) {
            let request = Request::builder().method(&method).uri(path).header(header::HOST, "desk.example");
            let request = request.header(header::COOKIE, &ada.cookie).header(header::CONTENT_TYPE, content_type);
            let answer = desk.send(request.body(Body::from(body.clone())).unwrap()).await;
            let body = String::from_utf8_lossy(&body);
            assert!(answer.status.as_u16() < 500, "{path} {body:?}: {answer:?}");
            if answer.status.is_client_error() {
                assert!(answer.body["title"].is_string(), "{path} {body:?}: {answer:?}");
            }
        }
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn whatever_is_the_address_of_a_webhook_is_one_of_the_web_or_refused(db: PgPool) {
    let desk = Desk::new(db).await;
    let tom = desk.technician("Tom").await;
    let urls = prop_oneof![
        ".{0,60}",
        "(https?|ftp|file|HTTP|javascript)?(:|://|:///)?([a-z@:./?#%\\[\\]\\\\0-9]|[^\\x00-\\x7f]){0,40}",
    ];
    for url in some(&urls) {
        let answer = desk.put(&tom, "/api/v1/webhook", json!({ "url": url, "format": "trayline" })).await;
        assert!(answer.status == StatusCode::OK || answer.status == StatusCode::BAD_REQUEST, "{url:?}: {answer:?}");
        if answer.status == StatusCode::OK {
            let lower = url.to_ascii_lowercase();
            assert!(lower.starts_with("http://") || lower.starts_with("https://"), "{url:?}");
        }
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn whatever_a_browser_says_on_its_socket_harms_no_other_socket(db: PgPool) {
    let desk = Desk::new(db).await;
    let tom = desk.technician("Tom").await;
    let served = desk.serve().await;
    let mut other = Socket::open(served.port, &tom, None).await;
    let frames = prop_oneof![
        "(\\{\"type\":\"(visible|hidden)\",\"visible\":(true|1|null|\".{0,5}\")\\})|.{0,80}".prop_map(Message::text),
        vec(any::<u8>(), 0..200).prop_map(Message::binary),
        vec(any::<u8>(), 0..100).prop_map(|bytes| Message::Ping(bytes.into())),
        Just(Message::text("x".repeat(5000))),
    ];
    for frame in some(&frames).into_iter().take(20) {
        let mut hostile = Socket::open(served.port, &tom, None).await;
        hostile.send(frame).await;
    }
    let asset_id = desk.bench.asset().await;
    desk.start(&tom, asset_id).await;
    other.next_of("fact").await;
}
