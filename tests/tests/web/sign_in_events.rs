//! What the audit log has of signing in, and what administrators decide about it.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::desk::{Desk, Technician};
use crate::second_factor::{FACTOR, PASSWORD, code, priya, sign_in, with_authenticator, with_session};
use crate::socket::Socket;

const SETTINGS: &str = "/api/v1/sign-in-settings";

/// What the audit log has, the oldest first: what, by whom, about whom, and why or by what.
async fn noted(desk: &Desk, by: &Technician) -> Vec<(String, String, bool, Value)> {
    let log = desk.get(by, "/api/v1/audit-log?limit=200").await.expect(StatusCode::OK);
    let entries = log["entries"].as_array().unwrap().iter().rev();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let what = |details: &Value| match (&details["reason"], &details["second_factor"]) {
        (Value::Null, shown) => shown.clone(),
        (reason, _) => reason.clone(),
    };
    entries
        .map(|one| (text(&one["action"]), text(&one["actor"]), one["subject_id"].is_string(), what(&one["details"])))
        .collect()
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn every_event_of_signing_in_is_noted_and_nothing_that_was_typed(db: PgPool) {
    let desk = Desk::new(db).await;
    let ada = desk.admin("Ada").await;
    let here = priya(&desk).await;
    for email in ["priya@desk.example", "secret-typed-here@desk.example"] {
        let body = json!({ "email": email, "password": "battery-staple-typed" });
        desk.call(None, Method::POST, "/api/v1/session", Some(body)).await.expect(StatusCode::UNAUTHORIZED);
    }
    let (secret, recovery_codes, here) = with_authenticator(&desk, &here).await;
    sign_in(&desk, None).await.refused(StatusCode::UNAUTHORIZED, "second-factor-needed");
    sign_in(&desk, Some("000")).await.refused(StatusCode::UNAUTHORIZED, "wrong-code");
    let there = with_session(here.id, &sign_in(&desk, Some(&code(&secret, 1))).await);
    sign_in(&desk, Some(&recovery_codes[0])).await.expect(StatusCode::OK);
    desk.call(Some(&there), Method::DELETE, "/api/v1/session", None).await.expect(StatusCode::NO_CONTENT);
    let others = "/api/v1/account/sessions";
    desk.call(Some(&here), Method::DELETE, others, None).await.expect(StatusCode::NO_CONTENT);
    let removal = json!({ "password": PASSWORD });
    desk.post(&here, &format!("{FACTOR}/removal"), removal).await.expect(StatusCode::NO_CONTENT);
    let change = json!({ "current_password": PASSWORD, "new_password": "saddle-comet-thirty" });
    desk.put(&here, "/api/v1/account/password", change).await.expect(StatusCode::NO_CONTENT);

    let (nobody, priya) = ("nobody", "Priya");
    let expected = [
        ("sign_in.succeeded", priya, true, json!("none")),
        ("sign_in.failed", nobody, true, json!("wrong_password")),
        ("sign_in.failed", nobody, false, json!("unknown_account")),
        ("second_factor.added", priya, true, json!(null)),
        ("sign_in.failed", nobody, true, json!("wrong_code")),
        ("sign_in.succeeded", priya, true, json!("code")),
        ("sign_in.succeeded", priya, true, json!("recovery_code")),
        ("session.signed_out", priya, true, json!(null)),
        ("session.others_ended", priya, true, json!(null)),
        ("second_factor.removed", priya, true, json!(null)),
        ("password.changed", priya, true, json!(null)),
    ];
    let expected = expected.map(|(action, actor, about, what)| (action.to_owned(), actor.to_owned(), about, what));
    assert_eq!(noted(&desk, &ada).await, expected);

    for email in ["priya@desk.example", "secret-typed-here@desk.example"] {
        let ask = json!({ "email": email });
        desk.call(None, Method::POST, "/api/v1/password-resets", Some(ask)).await.expect(StatusCode::ACCEPTED);
    }
    tests::eventually("both are noted", async || noted(&desk, &ada).await.len() == expected.len() + 2).await;
    let log = desk.get(&ada, "/api/v1/audit-log?limit=200").await.expect(StatusCode::OK).to_string();
    for typed in ["typed", PASSWORD, "saddle-comet-thirty", &secret, &recovery_codes[0]] {
        assert!(!log.contains(typed), "{typed}");
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn whoever_lacks_a_second_factor_that_is_required_does_nothing_but_set_it_up(db: PgPool) {
    let desk = Desk::new(db).await;
    let served = desk.serve().await;
    let (ada, here) = (desk.admin("Ada").await, priya(&desk).await);
    let (_, _, here) = with_authenticator(&desk, &here).await;
    desk.call(Some(&ada), Method::DELETE, &format!("/api/v1/technicians/{}/second-factor", here.id), None)
        .await
        .expect(StatusCode::NO_CONTENT);
    let there = with_session(here.id, &sign_in(&desk, None).await);
    let mut socket = Socket::open(served.port, &there, None).await;
    assert_eq!(desk.get(&ada, SETTINGS).await.expect(StatusCode::OK), json!({ "second_factor_required": false }));

    let required = json!({ "second_factor_required": true });
    assert_eq!(desk.put(&ada, SETTINGS, required.clone()).await.expect(StatusCode::OK), required);
    assert_eq!(socket.next_of("closing").await, json!({ "type": "closing", "reason": "signed_out" }));
    for lacking in [&ada, &there] {
        for path in ["/api/v1/customers", "/api/v1/account/sessions", "/api/v1/live"] {
            desk.get(lacking, path).await.refused(StatusCode::FORBIDDEN, "second-factor-required");
        }
        let session = desk.get(lacking, "/api/v1/session").await.expect(StatusCode::OK);
        assert_eq!(session["lacks_second_factor"], true);
    }
    let answer = sign_in(&desk, None).await;
    let again = with_session(here.id, &answer);
    assert_eq!(answer.expect(StatusCode::OK)["lacks_second_factor"], true);
    desk.get(&again, "/api/v1/customers").await.refused(StatusCode::FORBIDDEN, "second-factor-required");

    let (_, _, ready) = with_authenticator(&desk, &again).await;
    desk.get(&ready, "/api/v1/customers").await.expect(StatusCode::OK);
    let session = desk.get(&ready, "/api/v1/session").await.expect(StatusCode::OK);
    assert_eq!(session["lacks_second_factor"], false);
    desk.call(Some(&ada), Method::DELETE, "/api/v1/session", None).await.expect(StatusCode::NO_CONTENT);
    desk.get(&ada, "/api/v1/session").await.refused(StatusCode::UNAUTHORIZED, "not-signed-in");
}
