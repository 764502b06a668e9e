//! Tokens by which integrations act as technicians.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode, header};
use broker_config::{Clock, Line, SystemClock, TechnicianId};
use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::PgPool;
use store::rights::Right;
use store::security_groups::{ADMINISTRATORS, TECHNICIANS};

use crate::desk::{Answer, Desk, Technician};
use crate::socket::{Socket, connect, request};
use crate::who_may::{document, routes};

const PASSWORD: &str = "kettle-orbit-mango";
const TOKENS: &str = "/api/v1/account/api-tokens";

/// A technician with a password, in a session.
async fn with_password(desk: &Desk, name: &str, group: uuid::Uuid) -> Technician {
    let hash = web::hash_password(PASSWORD).unwrap();
    let email = format!("{name}@desk.example");
    let (name, line) = (Line::new(name).unwrap(), Line::new(&email).unwrap());
    let id = store::technicians::add(&desk.bench.db, &name, &line, &hash, &[group.into()]).await.unwrap().unwrap();
    let body = json!({ "email": email, "password": PASSWORD });
    let answer = desk.call(None, Method::POST, "/api/v1/session", Some(body)).await;
    let set_cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    Technician { id, cookie: set_cookie.split(';').next().unwrap().to_owned(), token_hash: [0; 32] }
}

fn new_token(scopes: &[Right], lasts: TimeDelta) -> Value {
    json!({ "name": "Ticket sync", "scopes": scopes, "expires_at": SystemClock.now() + lasts, "password": PASSWORD })
}

/// Makes a token that lasts a day. Gives its id and itself.
async fn token(desk: &Desk, by: &Technician, scopes: &[Right]) -> (String, String) {
    let made = desk.post(by, TOKENS, new_token(scopes, TimeDelta::days(1))).await.expect(StatusCode::CREATED);
    (made["api_token_id"].as_str().unwrap().to_owned(), made["api_token"].as_str().unwrap().to_owned())
}

fn asking(token: &str, method: Method, path: &str, body: Option<Value>) -> Request<Body> {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "desk.example")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json");
    request.body(body.map_or_else(Body::empty, |body| Body::from(body.to_string()))).unwrap()
}

async fn get(desk: &Desk, token: &str, path: &str) -> Answer {
    desk.send(asking(token, Method::GET, path, None)).await
}

async fn refused_everywhere(desk: &Desk, token: &str) {
    for path in ["/api/v1/session", "/api/v1/customers", "/api/v1/chats"] {
        let answer = get(desk, token, path).await;
        assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer");
        answer.refused(StatusCode::UNAUTHORIZED, "wrong-api-token");
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_token_is_shown_once_and_does_what_its_scopes_and_its_technician_may_at_that_moment(db: PgPool) {
    let desk = Desk::new(db).await;
    let (priya, ada) = (with_password(&desk, "Priya", TECHNICIANS).await, desk.admin("Ada").await);
    let (id, token) = token(&desk, &priya, &[Right::UseChat, Right::ManagePolicies, Right::Operate]).await;
    assert!(token.starts_with("trayline_") && token.len() == "trayline_".len() + 43, "{token}");
    let kept: Vec<u8> =
        sqlx::query_scalar("select token_hash from api_tokens").fetch_one(&desk.bench.db).await.unwrap();
    assert_eq!(kept, web::Secret::hash_of(&token));

    let me = get(&desk, &token, "/api/v1/session").await.expect(StatusCode::OK);
    let expected = json!({ "technician_id": priya.id, "name": "Priya", "email": "Priya@desk.example",
        "rights": ["use_chat", "manage_policies"],
        "lacks_second_factor": false });
    assert_eq!(me, expected, "not operate, which Priya may not, nor reply, which is no scope");
    let policy = Some(json!({ "name": "Night", "menu": null, "live_chat": {} }));
    desk.send(asking(&token, Method::POST, "/api/v1/policies", policy)).await.expect(StatusCode::CREATED);
    get(&desk, &token, "/api/v1/system").await.refused(StatusCode::FORBIDDEN, "missing-right");
    let customer = Some(json!({ "name": "Bluebell Dental" }));
    let answer = desk.send(asking(&token, Method::POST, "/api/v1/customers", customer)).await;
    answer.refused(StatusCode::FORBIDDEN, "missing-right");

    let tokens = desk.get(&priya, TOKENS).await.expect(StatusCode::OK);
    let listed = &tokens["api_tokens"][0];
    assert_eq!((&listed["api_token_id"], &listed["name"]), (&json!(id), &json!("Ticket sync")));
    assert!(listed["last_used_at"].is_string() && !tokens.to_string().contains(&token), "{tokens}");

    let log = desk.get(&ada, "/api/v1/audit-log").await.expect(StatusCode::OK);
    let noted = log["entries"].as_array().unwrap();
    let deed = |action: &str| noted.iter().find(|entry| entry["action"] == action).unwrap_or_else(|| panic!("{log}"));
    assert_eq!(
        (&deed("api_token.added")["subject_id"], &deed("api_token.added")["actor"]),
        (&json!(id), &json!("Priya"))
    );
    assert_eq!(deed("policy.added")["details"]["by_api_token"], id);
    assert!(!log.to_string().contains(&token));

    let none = json!({ "security_group_ids": [] });
    let path = format!("/api/v1/technicians/{}", priya.id);
    desk.call(Some(&ada), Method::PATCH, &path, Some(none)).await.expect(StatusCode::OK);
    get(&desk, &token, "/api/v1/chats").await.refused(StatusCode::FORBIDDEN, "no-chat-rights");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_token_takes_the_password_a_name_and_an_end_within_a_year(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = with_password(&desk, "Priya", TECHNICIANS).await;
    for lasts in [TimeDelta::zero(), TimeDelta::days(367)] {
        let answer = desk.post(&priya, TOKENS, new_token(&[], lasts)).await;
        answer.refused(StatusCode::BAD_REQUEST, "api-token-lasts");
    }
    for (changed, with) in [("name", json!(" ")), ("scopes", json!(["fly"])), ("expires_at", json!(null))] {
        let mut new = new_token(&[], TimeDelta::days(1));
        new[changed] = with;
        desk.post(&priya, TOKENS, new).await.refused(StatusCode::BAD_REQUEST, "malformed");
    }
    let mut guessed = new_token(&[], TimeDelta::days(1));
    guessed["password"] = json!("battery staple");
    desk.post(&priya, TOKENS, guessed).await.refused(StatusCode::UNAUTHORIZED, "wrong-credentials");

    sqlx::query(
        "insert into api_tokens (api_token_id, token_hash, technician_id, name, scopes, created_at, expires_at)
         select gen_random_uuid(), sha256(n::text::bytea), $1, 'old', '{}', now(), now()
         from generate_series(1, 50) as n",
    )
    .bind(priya.id)
    .execute(&desk.bench.db)
    .await
    .unwrap();
    let answer = desk.post(&priya, TOKENS, new_token(&[], TimeDelta::days(1))).await;
    answer.refused(StatusCode::CONFLICT, "too-many-api-tokens");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_token_that_was_revoked_has_expired_or_is_of_somebody_disabled_is_refused_at_once(db: PgPool) {
    let desk = Desk::new(db).await;
    let (priya, ada) =
        (with_password(&desk, "Priya", TECHNICIANS).await, with_password(&desk, "Ada", ADMINISTRATORS).await);
    let tom = desk.technician("Tom").await;
    let revoke = async |by: &Technician, of: TechnicianId, id: &str| {
        desk.call(Some(by), Method::DELETE, &format!("/api/v1/technicians/{of}/api-tokens/{id}"), None).await
    };

    let (id, own) = token(&desk, &priya, &[]).await;
    let path = format!("{TOKENS}/{id}");
    desk.call(Some(&tom), Method::DELETE, &path, None).await.refused(StatusCode::NOT_FOUND, "no-such-api-token");
    get(&desk, &own, "/api/v1/customers").await.expect(StatusCode::OK);
    desk.call(Some(&priya), Method::DELETE, &path, None).await.expect(StatusCode::NO_CONTENT);
    refused_everywhere(&desk, &own).await;

    let (id, by_admin) = token(&desk, &priya, &[]).await;
    revoke(&tom, priya.id, &id).await.refused(StatusCode::FORBIDDEN, "missing-right");
    revoke(&ada, tom.id, &id).await.refused(StatusCode::NOT_FOUND, "no-such-api-token");
    let listed = desk.get(&ada, &format!("/api/v1/technicians/{}/api-tokens", priya.id)).await;
    assert_eq!(listed.expect(StatusCode::OK)["api_tokens"][0]["api_token_id"], id);
    revoke(&ada, priya.id, &id).await.expect(StatusCode::NO_CONTENT);
    refused_everywhere(&desk, &by_admin).await;
    let log = desk.get(&ada, "/api/v1/audit-log?action=api_token.revoked").await.expect(StatusCode::OK);
    let by: Vec<_> = log["entries"].as_array().unwrap().iter().map(|entry| &entry["actor"]).collect();
    assert_eq!(by, ["Ada", "Priya"]);

    let (_, expired) = token(&desk, &priya, &[]).await;
    sqlx::query("update api_tokens set expires_at = now()").execute(&desk.bench.db).await.unwrap();
    refused_everywhere(&desk, &expired).await;

    let (_, disabled) = token(&desk, &priya, &[]).await;
    let off = json!({ "is_disabled": true });
    let path = format!("/api/v1/technicians/{}", priya.id);
    desk.call(Some(&ada), Method::PATCH, &path, Some(off)).await.expect(StatusCode::OK);
    refused_everywhere(&desk, &disabled).await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn no_token_changes_how_somebody_signs_in_and_every_other_route_takes_one(db: PgPool) {
    let desk = Desk::new(db).await;
    let ada = with_password(&desk, "Ada", ADMINISTRATORS).await;
    let (_, token) = token(&desk, &ada, &Right::ALL).await;
    let mut refused = BTreeSet::new();
    for route in routes() {
        let answer = desk.send(asking(&token, route.method, &route.path, Some(json!({})))).await;
        assert_ne!(answer.status, StatusCode::UNAUTHORIZED, "{}: {}", route.operation, answer.body);
        if answer.body["type"] == "/problems/not-by-api-token" {
            assert_eq!(answer.status, StatusCode::FORBIDDEN);
            refused.insert(route.operation);
        }
    }
    let document = document();
    let operations =
        document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
    let without_token = operations.filter(|operation| {
        let ways = operation["security"].as_array();
        ways.is_some_and(|ways| !ways.iter().any(|way| way.get("api_token").is_some()))
    });
    let without_token: BTreeSet<_> =
        without_token.map(|operation| operation["operationId"].as_str().unwrap().to_owned()).collect();
    assert_eq!(refused, without_token);
    assert!(refused.contains("add_api_token") && refused.contains("change_password") && refused.contains("sign_out"));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_request_with_a_token_is_judged_by_it_and_may_come_from_another_site(db: PgPool) {
    let desk = Desk::new(db).await;
    let (priya, ada) = (with_password(&desk, "Priya", TECHNICIANS).await, desk.admin("Ada").await);
    let (_, token) = token(&desk, &priya, &[Right::ManageDirectory]).await;
    let with_cookie = |token: &str| {
        let mut request = asking(token, Method::GET, "/api/v1/session", None);
        request.headers_mut().insert(header::COOKIE, ada.cookie.parse().unwrap());
        request
    };
    assert_eq!(desk.send(with_cookie(&token)).await.expect(StatusCode::OK)["name"], "Priya");
    desk.send(with_cookie("trayline_x")).await.refused(StatusCode::UNAUTHORIZED, "wrong-api-token");

    let customer = Some(json!({ "name": "Bluebell Dental" }));
    let mut foreign = asking(&token, Method::POST, "/api/v1/customers", customer);
    foreign.headers_mut().insert(header::ORIGIN, "https://elsewhere.example".parse().unwrap());
    desk.send(foreign).await.expect(StatusCode::CREATED);
    let mut foreign = asking("x", Method::POST, "/api/v1/customers", Some(json!({ "name": "Forged" })));
    foreign.headers_mut().insert(header::ORIGIN, "https://elsewhere.example".parse().unwrap());
    foreign.headers_mut().insert(header::COOKIE, ada.cookie.parse().unwrap());
    desk.send(foreign).await.refused(StatusCode::UNAUTHORIZED, "wrong-api-token");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn wrong_tokens_are_counted_by_address_and_the_use_of_a_good_one_is_noted_once_a_minute(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = with_password(&desk, "Priya", TECHNICIANS).await;
    let (_, token) = token(&desk, &priya, &[]).await;
    let ask = async |token: &str, from: &str| {
        let mut request = asking(token, Method::GET, "/api/v1/customers", None);
        let from: SocketAddr = from.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(web::Peer(from)));
        desk.send(request).await
    };
    for _ in 0..60 {
        ask("trayline_guessed", "192.0.2.1:1").await.refused(StatusCode::UNAUTHORIZED, "wrong-api-token");
    }
    let answer = ask("trayline_guessed", "192.0.2.1:2").await;
    assert!(answer.headers.contains_key(header::RETRY_AFTER));
    answer.refused(StatusCode::TOO_MANY_REQUESTS, "too-many-attempts");
    ask("trayline_guessed", "192.0.2.2:1").await.refused(StatusCode::UNAUTHORIZED, "wrong-api-token");

    let used = async || {
        let query = "select last_used_at::text || ' ' || last_address from api_tokens";
        sqlx::query_scalar::<_, Option<String>>(query).fetch_one(&desk.bench.db).await.unwrap()
    };
    assert_eq!(used().await, None);
    ask(&token, "192.0.2.1:3").await.expect(StatusCode::OK);
    let first = used().await.unwrap();
    assert!(first.ends_with(" 192.0.2.1"), "{first}");
    ask(&token, "192.0.2.9:1").await.expect(StatusCode::OK);
    assert_eq!(used().await.as_ref(), Some(&first));
    let earlier = "update api_tokens set last_used_at = last_used_at - interval '61 seconds'";
    sqlx::query(earlier).execute(&desk.bench.db).await.unwrap();
    ask(&token, "192.0.2.9:1").await.expect(StatusCode::OK);
    assert!(used().await.unwrap().ends_with(" 192.0.2.9"));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_token_opens_the_socket_from_wherever_is_nobody_online_and_loses_it_when_revoked(db: PgPool) {
    let desk = Desk::new(db).await;
    let served = desk.serve().await;
    let (priya, ada) = (with_password(&desk, "Priya", TECHNICIANS).await, desk.admin("Ada").await);
    let (id, listening) = token(&desk, &priya, &[Right::UseChat]).await;
    let (_, silent) = token(&desk, &priya, &[]).await;
    let asking = |token: &str| {
        let mut request = request(served.port, None, None);
        request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        request.headers_mut().insert("origin", "https://elsewhere.example".parse().unwrap());
        request
    };
    assert_eq!(connect(served.port, asking("trayline_x")).await.err(), Some(401));
    assert_eq!(connect(served.port, asking(&silent)).await.err(), Some(403));
    let mut socket = connect(served.port, asking(&listening)).await.unwrap();
    socket.next_of("ready").await;
    // Leases are written in the order in which tabs open, so with Ada's one of the token would be there.
    let _adas = Socket::open(served.port, &ada, None).await;
    let online = async || {
        let list = desk.get(&ada, "/api/v1/technicians").await.expect(StatusCode::OK);
        let technicians = list["technicians"].as_array().unwrap().clone();
        technicians
            .into_iter()
            .filter(|one| one["is_online"] == true)
            .map(|one| one["name"].clone())
            .collect::<Vec<_>>()
    };
    tests::eventually("somebody is online", async || !online().await.is_empty()).await;
    assert_eq!(online().await, ["Ada"]);

    let path = format!("{TOKENS}/{id}");
    desk.call(Some(&priya), Method::DELETE, &path, None).await.expect(StatusCode::NO_CONTENT);
    assert_eq!(socket.next_of("closing").await, json!({ "type": "closing", "reason": "signed_out" }));
    assert_eq!(connect(served.port, asking(&listening)).await.err(), Some(401));
}
