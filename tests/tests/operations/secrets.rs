//! What the log says at its most talkative.

use std::path::Path;

use broker_config::{ChatId, account};
use futures::StreamExt;
use nkeys::KeyPair;
use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use sqlx::PgPool;
use tests::{TestDevice, eventually, free_port};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::installation::Installation;

const SAID: &str = "nobody may read this in a log 7f3a";
const WRONG: &str = "a wrong password, typed 91c2";

/// A technician's browser.
struct Browser {
    http: Client,
    url: String,
    cookie: String,
}

impl Browser {
    async fn post(&self, path: &str, body: Value) -> Response {
        let request = self.http.post(format!("{}/api/v1/{path}", self.url)).header(COOKIE, &self.cookie);
        request.json(&body).send().await.unwrap()
    }

    async fn json(&self, path: &str, body: Value) -> Value {
        let answer = self.post(path, body).await;
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn whatever_is_logged_no_secret_no_name_and_no_word_of_anybody_is(db: PgPool) {
    let installation = Installation::new(db).await;
    let port = free_port();
    let url = format!("http://127.0.0.1:{port}");
    let environment =
        [("TRAYLINE__LOG__FILTER", "trace".to_owned()), ("TRAYLINE__WEB__LISTEN", format!("127.0.0.1:{port}"))];
    let environment = environment.map(|(name, value)| (name.to_owned(), value));
    let added = [
        "admin",
        "technician",
        "add",
        "--email",
        "ada@hidden.example",
        "--name",
        "Ada Hidden",
        "--admin",
        "--generate-password",
    ];
    let password = text(&installation.json(&added).await["password"]);
    let mut processes =
        [&["web"][..], &["work", "all"]].map(|arguments| installation.trayline(arguments).with(&environment));
    for process in &mut processes {
        process.start();
    }
    let mut browser = Browser { http: Client::new(), url, cookie: String::new() };
    eventually("the front answers", async || {
        browser
            .http
            .get(format!("{}/api/v1/setup", browser.url))
            .send()
            .await
            .is_ok_and(|answer| answer.status() == StatusCode::OK)
    })
    .await;

    let wrong = browser.post("session", json!({ "email": "ada@hidden.example", "password": WRONG })).await;
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    let signed_in = browser.post("session", json!({ "email": "ada@hidden.example", "password": password })).await;
    browser.cookie = signed_in.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let session = browser.cookie.split_once('=').unwrap().1.to_owned();
    let customer = browser.json("customers", json!({ "name": "Hidden Dental" })).await;
    let key = text(&browser.json("enrolment-keys", json!({ "customer_id": customer["customer_id"] })).await["key"]);
    let device_key = KeyPair::new_user();
    let enrolment = json!({ "enrolment_key": key, "public_key": device_key.public_key(), "name": "HIDDEN-01" });
    let enrolled = browser.json("enrolments", enrolment).await;
    let jwt = text(&enrolled["jwt"]);
    let seed = device_key.seed().unwrap();
    let authenticator = browser.json("account/second-factor", json!({ "password": password })).await;

    let mut request = format!("ws://127.0.0.1:{port}/api/v1/live").into_client_request().unwrap();
    request.headers_mut().insert("cookie", browser.cookie.parse().unwrap());
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
    let client = async_nats::ConnectOptions::with_credentials(&account::credentials_file(&jwt, &seed)).unwrap();
    let asset_id = enrolled["asset_id"].as_str().unwrap().parse().unwrap();
    let client = client.custom_inbox_prefix(broker_config::subject::inbox_prefix(&text(&enrolled["asset_id"])));
    let device = TestDevice { asset_id, client: client.connect(installation.bench.broker.url()).await.unwrap() };
    let chat_id = ChatId::new();
    device.open(chat_id, 0).await;
    device.say(chat_id, SAID).await;
    while !socket.next().await.unwrap().unwrap().to_string().contains(SAID) {}
    let message = json!({ "message_id": broker_config::MessageId::new(), "text": format!("{SAID}, too") });
    browser.json(&format!("chats/{chat_id}/messages"), message).await;
    eventually("both are stored", async || {
        let stored =
            sqlx::query_scalar::<_, i64>("select count(*) from messages").fetch_one(&installation.bench.db).await;
        stored.unwrap() == 2
    })
    .await;
    for process in &mut processes {
        process.tell_to_stop();
        assert!(process.ended().await);
    }

    let log = std::fs::read_to_string(installation.folder.path().join("output")).unwrap();
    assert!(log.contains("DEBUG") && log.contains("/api/v1/session"), "it is talkative");
    for (what, secret) in secrets(&installation.bench.broker.credentials_folder()).into_iter().chain([
        ("a password", password),
        ("a wrong password", WRONG.to_owned()),
        ("a session's token", session),
        ("an enrolment key", key),
        ("a device's token", jwt),
        ("a device's seed", seed.clone()),
        ("an authenticator's secret", text(&authenticator["secret"])),
        ("what was said", SAID.to_owned()),
        ("an address", "ada@hidden.example".to_owned()),
        ("a name", "Ada Hidden".to_owned()),
        ("a device's name", "HIDDEN-01".to_owned()),
    ]) {
        let lines: Vec<_> = log.lines().filter(|line| line.contains(&secret)).collect();
        assert_eq!(lines, Vec::<&str>::new(), "{what}");
    }
}

/// The seeds in the files of our processes.
fn secrets(folder: &Path) -> Vec<(&'static str, String)> {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let seed = |text: &str| text.lines().find(|line| line.starts_with("SU")).unwrap().to_owned();
    let signer: Value = serde_json::from_str(&read("device-signer.json")).unwrap();
    vec![
        ("the web front's seed", seed(&read("web.creds"))),
        ("the workers' seed", seed(&read("worker.creds"))),
        ("the devices' signing key", text(&signer["seed"])),
    ]
}
