//! A technician's browser, as far as the wire knows it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use broker_config::{ChatId, MessageId};
use futures::StreamExt;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tokio::time::sleep;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::estate::Estate;

/// Between two attempts at something that failed.
const PAUSE: Duration = Duration::from_millis(100);

/// A signed-in technician.
#[derive(Clone)]
pub struct Technician {
    url: String,
    http: Client,
    cookie: String,
    heard: Arc<Mutex<Heard>>,
}

/// What came over the socket.
#[derive(Default)]
struct Heard {
    upto: u64,
    said: Vec<Said>,
    out_of_order: Vec<u64>,
}

/// A message as a reader saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub seq: u64,
    pub message_id: String,
    pub chat_id: String,
    pub text: String,
}

impl Technician {
    /// Adds the technician and signs in.
    pub async fn sign_in(estate: &Estate, name: &str) -> Self {
        let email = format!("{name}@example.org");
        let added = estate.admin(&["technician", "add", "--email", &email, "--name", name, "--generate-password"]);
        let http = Client::new();
        let session = format!("{}/api/v1/session", estate.web_url);
        let answer = http.post(session).json(&json!({ "email": email, "password": added["password"] })).send().await;
        let answer = answer.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        Self { url: estate.web_url.clone(), http, cookie, heard: Arc::default() }
    }

    /// The open chats: asset name and chat.
    pub async fn open_chats(&self) -> Option<Vec<(String, ChatId)>> {
        let request = self.http.get(format!("{}/api/v1/chats", self.url)).header("cookie", &self.cookie);
        let listed: Value = request.send().await.ok()?.error_for_status().ok()?.json().await.ok()?;
        let rows = listed["chats"].as_array()?.iter();
        rows.map(|row| Some((row["asset"]["name"].as_str()?.to_owned(), row["chat_id"].as_str()?.parse().ok()?)))
            .collect()
    }

    /// Says something, with the same id until it is taken.
    pub async fn say(&self, chat_id: ChatId, text: &str) -> MessageId {
        let message_id = MessageId::new();
        let url = format!("{}/api/v1/chats/{chat_id}/messages", self.url);
        loop {
            let body = json!({ "message_id": message_id, "text": text });
            let request = self.http.post(&url).header("cookie", &self.cookie).json(&body);
            match request.timeout(Duration::from_secs(10)).send().await {
                Ok(answer) if answer.status().is_success() => return message_id,
                Ok(answer) if !answer.status().is_server_error() => panic!("refused: {}", answer.text().await.unwrap()),
                Ok(_) | Err(_) => sleep(PAUSE).await,
            }
        }
    }

    /// Keeps the socket open for ever: connects again from the last sequence whenever it ends.
    pub async fn listen(self) {
        loop {
            self.listen_once().await;
            sleep(PAUSE).await;
        }
    }

    /// Every message heard so far, in the order in which it came, of repeats the first.
    pub fn said(&self) -> Vec<Said> {
        let heard = self.heard.lock().unwrap();
        assert_eq!(heard.out_of_order, [0_u64; 0], "facts that came twice or out of order");
        let mut seen = std::collections::HashSet::new();
        heard.said.iter().filter(|said| seen.insert(said.message_id.clone())).cloned().collect()
    }

    async fn listen_once(&self) {
        let after = self.heard.lock().unwrap().upto;
        let url = format!("{}/api/v1/live?after={after}", self.url.replace("http://", "ws://"));
        let mut request = url.into_client_request().unwrap();
        request.headers_mut().insert("cookie", self.cookie.parse().unwrap());
        let Ok((mut socket, _)) = connect_async(request).await else { return };
        while let Some(Ok(frame)) = socket.next().await {
            let Ok(text) = frame.to_text() else { continue };
            if let Ok(event) = serde_json::from_str::<Value>(text) {
                self.hear(&event);
            }
        }
    }

    fn hear(&self, event: &Value) {
        assert_ne!(event["type"], "reset", "the log reaches back far enough");
        if event["type"] != "fact" {
            return;
        }
        let seq = event["seq"].as_u64().unwrap();
        let mut heard = self.heard.lock().unwrap();
        if seq <= heard.upto {
            heard.out_of_order.push(seq);
        }
        heard.upto = seq;
        if event["fact"]["kind"] == "said.v1" {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            heard.said.push(Said {
                seq,
                message_id: text(&event["fact"]["message_id"]),
                chat_id: text(&event["chat_id"]),
                text: text(&event["fact"]["text"]),
            });
        }
    }
}
