//! The technician: signs in by HTTP and listens on the live socket, without a browser.

use std::time::Instant;

use broker_config::MessageId;
use futures::StreamExt;
use serde::Deserialize;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::installation::{EMAIL, Installation};
use super::messages::Heard;

/// A signed-in technician.
#[derive(Clone)]
pub(super) struct Technician {
    agent: ureq::Agent,
    address: String,
    cookie: String,
}

/// What is read of an event on the socket.
#[derive(Deserialize)]
struct Event {
    r#type: String,
    fact: Option<EventFact>,
}

#[derive(Deserialize)]
struct EventFact {
    message_id: Option<MessageId>,
}

impl Technician {
    pub(super) async fn sign_in(installation: &Installation) -> Self {
        let address = installation.web_address.clone();
        let body = serde_json::json!({ "email": EMAIL, "password": installation.password });
        tokio::task::spawn_blocking(move || {
            let agent = ureq::Agent::new_with_defaults();
            let url = format!("http://{address}/api/v1/session");
            let answer = agent.post(url).send_json(&body).expect("signed in");
            let cookie = answer.headers().get("set-cookie").and_then(|cookie| cookie.to_str().ok()).expect("a cookie");
            let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
            Self { agent, address, cookie }
        })
        .await
        .expect("finished")
    }

    /// Asks for something of the API, and says how long that took until the last byte of the answer was there. Blocks.
    pub(super) fn get(&self, path: &str) -> std::time::Duration {
        let began = Instant::now();
        let request = self.agent.get(format!("http://{}{path}", self.address)).header("cookie", &self.cookie);
        let answer = request.call().expect("an answer").body_mut().read_to_vec().expect("a body");
        let took = began.elapsed();
        assert!(!answer.is_empty(), "{path} has an empty answer");
        took
    }

    /// Opens the live socket, and notes in `heard` when each message comes. Ends with the task.
    pub(super) async fn listen(&self, heard: Heard) -> JoinHandle<()> {
        let mut request = format!("ws://{}/api/v1/live", self.address).into_client_request().expect("a request");
        request.headers_mut().insert("cookie", self.cookie.parse().expect("a header"));
        let (mut socket, _) = tokio_tungstenite::connect_async(request).await.expect("a socket");
        let (ready, is_ready) = tokio::sync::oneshot::channel();
        let mut ready = Some(ready);
        let task = tokio::spawn(async move {
            while let Some(frame) = socket.next().await {
                let at = Instant::now();
                let Ok(Message::Text(text)) = frame else { continue };
                let event: Event = serde_json::from_str(&text).expect("an event");
                match event.r#type.as_str() {
                    "ready" => drop(ready.take().map(|ready| ready.send(()))),
                    "reset" | "closing" => panic!("the socket was cut off: {text}"),
                    _ => {
                        if let Some(message_id) = event.fact.and_then(|fact| fact.message_id) {
                            heard.note(message_id, at);
                        }
                    }
                }
            }
        });
        is_ready.await.expect("the socket is ready");
        task
    }
}
