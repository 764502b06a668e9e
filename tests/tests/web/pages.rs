//! The pages, and what every answer tells browsers.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::Value;
use sqlx::PgPool;

use crate::desk::Desk;

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn every_answer_is_closed_to_other_sites(db: PgPool) {
    let desk = Desk::new(db).await;
    for path in ["/", "/chats/1", "/api/v1/openapi.json", "/api/v1/session"] {
        let answer = desk.call(None, Method::GET, path, None).await;
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        assert_eq!(answer.headers[header::REFERRER_POLICY], "no-referrer", "{path}");
        assert!(!answer.headers.contains_key(header::STRICT_TRANSPORT_SECURITY), "{path}: plain http");
        assert!(answer.headers.contains_key("x-request-id"), "{path}");
    }
    let answer = desk.call(None, Method::GET, "/api/v1/session", None).await;
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn the_document_is_served_and_pages_take_no_posts(db: PgPool) {
    let desk = Desk::new(db).await;
    let document = desk.call(None, Method::GET, "/api/v1/openapi.json", None).await.expect(StatusCode::OK);
    let expected: Value = serde_json::from_str(&web::openapi().to_json().unwrap()).unwrap();
    assert_eq!(document, expected);

    desk.call(None, Method::POST, "/chats", None).await.refused(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed");
    let missing = desk.call(None, Method::GET, "/_app/immutable/nothing.js", None).await;
    missing.refused(StatusCode::NOT_FOUND, "no-such-address");
    let outside = Request::builder().uri("/../Cargo.toml").body(Body::empty()).unwrap();
    assert!(!desk.send(outside).await.body.to_string().contains("[package]"));
}
