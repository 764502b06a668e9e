//! The second factor of whoever comes by way of a provider, and doing without passwords.

use axum::http::{Method, StatusCode, header};
use broker_config::{Clock, SystemClock};
use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::PgPool;
use web::{Settings, TypedCode};

use crate::desk::{Answer, Desk, Technician};
use crate::provider::{OpenIdProvider, cookie_of, location, person, settings, there_and_back, who};
use crate::second_factor::{code, priya, with_authenticator};

const PRIYA: &str = "priya@desk.example";

async fn confirm(desk: &Desk, cookie: &str, code: &str) -> Answer {
    let mut request = axum::http::Request::post("/api/v1/session/provider")
        .header(header::HOST, "desk.example")
        .header(header::CONTENT_TYPE, "application/json");
    request = request.header(header::COOKIE, cookie);
    desk.send(request.body(axum::body::Body::from(json!({ "code": code }).to_string())).unwrap()).await
}

fn with_mfa(mut person: Value) -> Value {
    person["amr"] = json!(["pwd", "otp", "mfa"]);
    person
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn our_authenticator_is_asked_for_unless_the_provider_has_checked_a_second_factor(db: PgPool) {
    let provider = OpenIdProvider::new().await;
    let desk = Desk::with(db, |defaults| Settings { oidc: Some(settings(provider.port)), ..defaults }).await;
    let here = priya(&desk).await;
    let (secret, recovery_codes, _) = with_authenticator(&desk, &here).await;

    provider.next(person("p1", PRIYA)).await;
    let answer = there_and_back(&desk, &provider).await;
    assert_eq!(location(&answer), "/sign-in?code=needed");
    assert_eq!(cookie_of(&answer.headers, "trayline_session"), None);
    let browser = cookie_of(&answer.headers, "trayline_provider").unwrap();
    confirm(&desk, "trayline_provider=x", &code(&secret, 1)).await.refused(StatusCode::CONFLICT, "sign-in-lost");
    confirm(&desk, &browser, "000").await.refused(StatusCode::UNAUTHORIZED, "wrong-code");
    let answer = confirm(&desk, &browser, &code(&secret, 1)).await;
    assert_eq!(answer.expect(StatusCode::OK)["name"], "Priya");
    confirm(&desk, &browser, &recovery_codes[0]).await.refused(StatusCode::CONFLICT, "sign-in-lost");

    provider.next(with_mfa(person("p1", PRIYA))).await;
    assert_eq!(who(&desk, &there_and_back(&desk, &provider).await).await.0.id, here.id);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn where_everybody_needs_a_second_factor_that_of_the_provider_will_do(db: PgPool) {
    let provider = OpenIdProvider::new().await;
    let desk = Desk::with(db, |defaults| Settings { oidc: Some(settings(provider.port)), ..defaults }).await;
    desk.technician("Priya").await;
    sqlx::query("update installation set second_factor_required = true").execute(&desk.bench.db).await.unwrap();
    for (somebody, lacks) in [(person("p1", PRIYA), true), (with_mfa(person("p1", PRIYA)), false)] {
        provider.next(somebody).await;
        let (there, session) = who(&desk, &there_and_back(&desk, &provider).await).await;
        assert_eq!(session["lacks_second_factor"], lacks);
        let status = if lacks { StatusCode::FORBIDDEN } else { StatusCode::OK };
        desk.get(&there, "/api/v1/customers").await.expect(status);
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn without_passwords_a_recent_sign_in_stands_for_one(db: PgPool) {
    let provider = OpenIdProvider::new().await;
    let oidc = Some(settings(provider.port));
    let desk = Desk::with(db, |defaults| Settings { oidc, password_sign_in: false, ..defaults }).await;
    desk.technician("Priya").await;
    let sign_in = json!({ "email": PRIYA, "password": "kettle-orbit-mango" });
    let answer = desk.call(None, Method::POST, "/api/v1/session", Some(sign_in)).await;
    answer.refused(StatusCode::NOT_FOUND, "passwords-off");
    let reset = json!({ "email": PRIYA });
    let answer = desk.call(None, Method::POST, "/api/v1/password-resets", Some(reset)).await;
    answer.refused(StatusCode::NOT_FOUND, "passwords-off");

    provider.next(person("p1", PRIYA)).await;
    let (there, _) = who(&desk, &there_and_back(&desk, &provider).await).await;
    let add = async |by: &Technician| {
        let expires_at = SystemClock.now() + TimeDelta::days(1);
        let new = json!({ "name": TypedCode::new().reveal(), "scopes": [], "expires_at": expires_at });
        desk.post(by, "/api/v1/account/api-tokens", new).await
    };
    add(&there).await.expect(StatusCode::CREATED);
    let earlier = "update sessions set created_at = created_at - interval '16 minutes'";
    sqlx::query(earlier).execute(&desk.bench.db).await.unwrap();
    add(&there).await.refused(StatusCode::FORBIDDEN, "sign-in-again");
    let factor = desk.post(&there, "/api/v1/account/second-factor", json!({})).await;
    factor.refused(StatusCode::FORBIDDEN, "sign-in-again");
}
