//! What every route refuses.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use crate::desk::Desk;

/// Every operation of the document: method, address with ids filled in, and whether it needs a session.
fn operations() -> Vec<(Method, String, bool)> {
    let document: Value = serde_json::from_str(&web::openapi().to_json().unwrap()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let parts = path
            .split('/')
            .map(|part| if part.starts_with('{') { Uuid::now_v7().to_string() } else { part.to_owned() });
        let path = parts.collect::<Vec<_>>().join("/");
        for (method, operation) in item.as_object().unwrap() {
            let method = method.to_uppercase().parse().unwrap();
            operations.push((method, path.clone(), operation.get("security").is_some()));
        }
    }
    operations
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn every_route_but_those_at_the_door_is_for_the_signed_in(db: PgPool) {
    let desk = Desk::new(db).await;
    let open: Vec<_> = operations().into_iter().filter(|(.., session)| !session).collect();
    let open: Vec<_> = open.iter().map(|(method, path, _)| (method.as_str(), path.as_str())).collect();
    let expected = [
        ("POST", "/api/v1/device-credentials"),
        ("POST", "/api/v1/enrolments"),
        ("GET", "/api/v1/openapi.json"),
        ("POST", "/api/v1/password-resets"),
        ("POST", "/api/v1/password-resets/redemption"),
        ("POST", "/api/v1/session"),
        ("GET", "/api/v1/session/provider"),
        ("POST", "/api/v1/session/provider"),
        ("GET", "/api/v1/session/provider/return"),
        ("GET", "/api/v1/setup"),
        ("POST", "/api/v1/setup"),
        ("GET", "/api/v1/sign-in-ways"),
    ];
    assert_eq!(open, expected);

    for (method, path, _) in operations().into_iter().filter(|(.., session)| *session) {
        let answer = desk.call(None, method, &path, Some(json!({}))).await;
        answer.refused(StatusCode::UNAUTHORIZED, "not-signed-in");
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn another_site_changes_nothing(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let request = |method: &Method, path: &str, origin: &str| {
        let request = Request::builder().method(method).uri(path).header(header::HOST, "desk.example");
        let request = request.header(header::COOKIE, &priya.cookie).header(header::ORIGIN, origin);
        request.header(header::CONTENT_TYPE, "application/json").body(Body::from("{}")).unwrap()
    };

    let changing =
        operations().into_iter().filter(|(method, path, _)| *method != Method::GET || path.ends_with("/live"));
    for (method, path, _) in changing {
        let answer = desk.send(request(&method, &path, "https://evil.example")).await;
        answer.refused(StatusCode::FORBIDDEN, "foreign-origin");
    }
    let ours = desk.send(request(&Method::DELETE, "/api/v1/session", "http://desk.example")).await;
    ours.expect(StatusCode::NO_CONTENT);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_cannot_be_read_is_refused_with_a_word(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    for (path, body) in [
        ("/api/v1/customers", json!({ "name": "Bluebell", "colour": "blue" })),
        ("/api/v1/customers", json!({ "name": "Blue\nbell" })),
        ("/api/v1/customers", json!([])),
        ("/api/v1/chats", json!({ "asset_id": "FRONTDESK-01" })),
    ] {
        let problem = desk.post(&priya, path, body).await.refused(StatusCode::BAD_REQUEST, "malformed");
        assert!(problem["detail"].as_str().unwrap().len() > 10, "{problem}");
    }
    for path in
        ["/api/v1/chats?filter=theirs", "/api/v1/chats?cursor=x", "/api/v1/chats/x", "/api/v1/assets?search=%00"]
    {
        desk.get(&priya, path).await.refused(StatusCode::BAD_REQUEST, "malformed");
    }
    let large = json!({ "name": "x".repeat(300 * 1024) });
    desk.post(&priya, "/api/v1/customers", large).await.refused(StatusCode::PAYLOAD_TOO_LARGE, "too-large");
    desk.get(&priya, "/api/v1/nothing").await.refused(StatusCode::NOT_FOUND, "no-such-address");
    let patched = desk.call(Some(&priya), Method::PATCH, "/api/v1/chats", None).await;
    patched.refused(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn an_absent_broker_and_an_absent_database_are_said_so(db: PgPool) {
    let mut desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let asset_id = desk.bench.asset().await;

    desk.bench.broker.kill();
    let answer = desk.post(&priya, "/api/v1/chats", json!({ "asset_id": asset_id })).await;
    assert_eq!(answer.headers[header::RETRY_AFTER], "2");
    answer.refused(StatusCode::SERVICE_UNAVAILABLE, "broker-unavailable");

    desk.bench.db.close().await;
    let answer = desk.get(&priya, "/api/v1/session").await;
    assert_eq!(answer.headers[header::RETRY_AFTER], "2");
    answer.refused(StatusCode::SERVICE_UNAVAILABLE, "database-unavailable");
}
