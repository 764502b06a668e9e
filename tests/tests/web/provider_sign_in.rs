//! Signing in by way of an `OpenID` provider.

use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};
use sqlx::PgPool;
use tests::{eventually, free_port};
use web::{Settings, UnknownPeople};

use crate::desk::{Desk, Technician};
use crate::provider::{
    OnTheWay, OpenIdProvider, begin, browser, come_back, cookie_of, location, on_the_way, person, settings,
    there_and_back, who,
};

const PRIYA: &str = "priya@desk.example";

async fn desk(db: PgPool, provider: &OpenIdProvider) -> Desk {
    Desk::with(db, |defaults| Settings { oidc: Some(settings(provider.port)), ..defaults }).await
}

/// What the audit log has of this action, the oldest first.
async fn noted(desk: &Desk, by: &Technician, action: &str) -> Vec<Value> {
    let log = desk.get(by, &format!("/api/v1/audit-log?action={action}")).await.expect(StatusCode::OK);
    let mut entries = log["entries"].as_array().unwrap().clone();
    entries.reverse();
    entries
}

async fn reasons(desk: &Desk, by: &Technician) -> Vec<Value> {
    noted(desk, by, "sign_in.failed").await.iter().map(|entry| entry["details"]["reason"].clone()).collect()
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn somebody_comes_in_by_a_verified_address_the_first_time_and_by_the_subject_ever_after(db: PgPool) {
    let provider = OpenIdProvider::new().await;
    let desk = desk(db, &provider).await;
    let (priya, ada) = (desk.technician("Priya").await, desk.admin("Ada").await);

    let ways = desk.call(None, Method::GET, "/api/v1/sign-in-ways", None).await.expect(StatusCode::OK);
    assert_eq!(ways, json!({ "password": true, "provider": "Bluebell" }));
    let answer = begin(&desk).await;
    let set_cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(set_cookie.ends_with("; Path=/; Max-Age=600; HttpOnly; SameSite=Lax"), "{set_cookie}");
    for part in ["response_type=code", "code_challenge_method=S256", "state=", "nonce=", "scope=openid+email+profile"] {
        assert!(location(&answer).contains(part), "{part} in {}", location(&answer));
    }

    provider.next(person("p1", PRIYA)).await;
    let (first, session) = who(&desk, &there_and_back(&desk, &provider).await).await;
    assert_eq!((first.id, &session["lacks_second_factor"]), (priya.id, &json!(false)));
    provider.next(person("p1", "renamed@elsewhere.example")).await;
    assert_eq!(who(&desk, &there_and_back(&desk, &provider).await).await.0.id, priya.id);
    provider.next(person("p2", PRIYA)).await;
    assert_eq!(location(&there_and_back(&desk, &provider).await), "/sign-in?refused=linked-elsewhere");

    let linked = noted(&desk, &ada, "provider_identity.linked").await;
    assert_eq!(linked.len(), 1);
    assert_eq!((&linked[0]["actor"], &linked[0]["details"]["subject"]), (&json!("Priya"), &json!("p1")));
    let came: Vec<_> =
        noted(&desk, &ada, "sign_in.succeeded").await.iter().map(|one| one["details"]["way"].clone()).collect();
    assert_eq!(came, ["provider", "provider"]);
    assert_eq!(reasons(&desk, &ada).await, ["linked-elsewhere"]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn who_is_not_vouched_for_unknown_or_disabled_does_not_come_in(db: PgPool) {
    let provider = OpenIdProvider::new().await;
    let desk = desk(db, &provider).await;
    let (priya, tom, ada) = (desk.technician("Priya").await, desk.technician("Tom").await, desk.admin("Ada").await);
    let off = json!({ "is_disabled": true });
    let path = format!("/api/v1/technicians/{}", tom.id);
    desk.call(Some(&ada), Method::PATCH, &path, Some(off.clone())).await.expect(StatusCode::OK);

    let mut unverified = person("p1", PRIYA);
    unverified["email_verified"] = json!(false);
    let expected = ["email-unverified", "unknown-person", "disabled", "disabled"];
    for (somebody, refusal) in [
        (unverified, expected[0]),
        (person("p2", "mallory@desk.example"), expected[1]),
        (person("p3", "tom@desk.example"), expected[2]),
    ] {
        provider.next(somebody).await;
        let answer = there_and_back(&desk, &provider).await;
        assert_eq!(location(&answer), format!("/sign-in?refused={refusal}"));
        assert_eq!(cookie_of(&answer.headers, "trayline_session"), None);
    }
    provider.next(person("p1", PRIYA)).await;
    let (there, _) = who(&desk, &there_and_back(&desk, &provider).await).await;
    let path = format!("/api/v1/technicians/{}", priya.id);
    desk.call(Some(&ada), Method::PATCH, &path, Some(off)).await.expect(StatusCode::OK);
    desk.get(&there, "/api/v1/session").await.refused(StatusCode::UNAUTHORIZED, "not-signed-in");
    assert_eq!(location(&there_and_back(&desk, &provider).await), "/sign-in?refused=disabled");
    assert_eq!(reasons(&desk, &ada).await, expected);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn unknown_people_of_the_right_domain_become_technicians_where_the_operator_lets_them(db: PgPool) {
    let provider = OpenIdProvider::new().await;
    let group = broker_config::Line::new("technicians").unwrap();
    let oidc = web::OidcSettings {
        email_domains: vec!["bluebell.example".to_owned()],
        unknown_people: UnknownPeople::Join(group),
        ..settings(provider.port)
    };
    let desk = Desk::with(db, |defaults| Settings { oidc: Some(oidc), ..defaults }).await;
    provider.next(person("p1", "priya@elsewhere.example")).await;
    assert_eq!(location(&there_and_back(&desk, &provider).await), "/sign-in?refused=foreign-domain");

    provider.next(person("p2", "priya@Bluebell.example")).await;
    let (priya, session) = who(&desk, &there_and_back(&desk, &provider).await).await;
    assert_eq!((&session["name"], &session["email"]), (&json!("Priya Raman"), &json!("priya@Bluebell.example")));
    assert!(session["rights"].as_array().unwrap().contains(&json!("use_chat")));
    let account = desk.get(&priya, "/api/v1/account").await.expect(StatusCode::OK);
    assert_eq!(account["has_password"], false);
    let body = json!({ "email": "priya@bluebell.example", "password": "" });
    let answer = desk.call(None, Method::POST, "/api/v1/session", Some(body)).await;
    answer.refused(StatusCode::UNAUTHORIZED, "wrong-credentials");
    assert_eq!(who(&desk, &there_and_back(&desk, &provider).await).await.0.id, priya.id);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_comes_back_is_on_the_way_of_this_browser_and_counts_once(db: PgPool) {
    let provider = OpenIdProvider::new().await;
    let desk = desk(db, &provider).await;
    desk.technician("Priya").await;
    provider.next(person("p1", PRIYA)).await;
    let lost = "/sign-in?refused=lost";

    let (mine, theirs) = (on_the_way(&desk).await, on_the_way(&desk).await);
    let query = provider.visit(&mine.address).await;
    let another_state = query.replace("state=", "state=x");
    for (cookie, query) in [
        (mine.cookie.as_str(), another_state.as_str()),
        (&mine.cookie, "code=x"),
        (&theirs.cookie, &query),
        ("trayline_provider=x", &query),
        ("", &query),
    ] {
        assert_eq!(location(&come_back(&desk, cookie, query).await), lost, "{cookie} {query}");
    }
    who(&desk, &come_back(&desk, &mine.cookie, &query).await).await;
    assert_eq!(location(&come_back(&desk, &mine.cookie, &query).await), lost, "it was used");

    let code = query.split('&').find(|part| part.starts_with("code=")).unwrap();
    let OnTheWay { cookie, address } = on_the_way(&desk).await;
    let state = address.split(['?', '&']).find(|part| part.starts_with("state=")).unwrap();
    let replayed = come_back(&desk, &cookie, &format!("{code}&{state}")).await;
    assert_eq!(location(&replayed), "/sign-in?refused=by-provider");

    let OnTheWay { cookie, address } = on_the_way(&desk).await;
    let state = address.split(['?', '&']).find(|part| part.starts_with("state=")).unwrap();
    let denied = come_back(&desk, &cookie, &format!("error=access_denied&{state}")).await;
    assert_eq!(location(&denied), "/sign-in?refused=by-provider");

    let OnTheWay { cookie, address } = on_the_way(&desk).await;
    let query = provider.visit(&address).await;
    sqlx::query("update provider_sign_ins set expires_at = now()").execute(&desk.bench.db).await.unwrap();
    assert_eq!(location(&come_back(&desk, &cookie, &query).await), lost, "it took too long");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_token_with_another_nonce_or_for_another_client_is_not_believed(db: PgPool) {
    let provider = OpenIdProvider::new().await;
    let desk = desk(db, &provider).await;
    desk.technician("Priya").await;
    provider.next(person("p1", PRIYA)).await;
    let unbelievable = "/sign-in?refused=unbelievable";

    let OnTheWay { cookie, address } = on_the_way(&desk).await;
    let query = provider.visit(&address.replace("&nonce=", "&nonce=x")).await;
    assert_eq!(location(&come_back(&desk, &cookie, &query).await), unbelievable);

    // What the provider gives another client for the same nonce, in the place of ours.
    let ours = on_the_way(&desk).await;
    let verifier = "a verifier of the other client, long enough to be one".replace([' ', ','], "-");
    let challenge = data_encoding::BASE64URL_NOPAD.encode(&<sha2::Sha256 as sha2::Digest>::digest(&verifier));
    let theirs: Vec<String> = ours
        .address
        .split('&')
        .map(|part| {
            if part.starts_with("code_challenge=") {
                format!("code_challenge={challenge}")
            } else {
                part.replace("client_id=trayline", "client_id=other")
            }
        })
        .collect();
    let query = provider.visit(&theirs.join("&")).await;
    let code = query.split('&').find_map(|part| part.strip_prefix("code=")).unwrap();
    let basic = data_encoding::BASE64.encode(b"other:the%20secret%20of%20other%2C%20which%20nobody%20else%20knows");
    let form = format!(
        "grant_type=authorization_code&code={code}&code_verifier={verifier}\
         &redirect_uri=http%3A%2F%2Fdesk.example%2Fapi%2Fv1%2Fsession%2Fprovider%2Freturn"
    );
    let answer = browser()
        .post(format!("http://127.0.0.1:{}/token", provider.port))
        .header("authorization", format!("Basic {basic}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form)
        .send()
        .await
        .unwrap();
    let answer: Value = answer.json().await.unwrap();
    let mut with_theirs = person("p1", PRIYA);
    with_theirs["id_token"] = answer["id_token"].clone();
    assert!(with_theirs["id_token"].is_string(), "{answer}");
    let query = provider.visit(&ours.address).await;
    provider.next(with_theirs).await;
    assert_eq!(location(&come_back(&desk, &ours.cookie, &query).await), unbelievable);

    provider.next(person("p1", PRIYA)).await;
    who(&desk, &there_and_back(&desk, &provider).await).await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn while_the_provider_is_away_the_front_runs_and_says_so(db: PgPool) {
    let port = free_port();
    let desk = Desk::with(db, |defaults| Settings { oidc: Some(settings(port)), ..defaults }).await;
    let (priya, away) = (desk.technician("Priya").await, "/sign-in?refused=provider-away");
    desk.get(&priya, "/api/v1/session").await.expect(StatusCode::OK);
    assert_eq!(location(&begin(&desk).await), away);

    let provider = OpenIdProvider::on(port).await;
    eventually("the provider is asked again", async || location(&begin(&desk).await) != away).await;
    provider.next(person("p1", PRIYA)).await;
    who(&desk, &there_and_back(&desk, &provider).await).await;

    let OnTheWay { cookie, address } = on_the_way(&desk).await;
    let query = provider.visit(&address).await;
    drop(provider);
    assert_eq!(location(&come_back(&desk, &cookie, &query).await), away);
}
