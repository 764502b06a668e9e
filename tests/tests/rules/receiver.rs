//! A receiver of webhooks that answers as the test says.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tests::eventually;
use tokio::net::TcpListener;

/// A receiver that listens on a port of its own.
#[derive(Clone)]
pub struct Receiver {
    pub url: String,
    state: Arc<Mutex<Answers>>,
}

#[derive(Default)]
struct Answers {
    next: VecDeque<StatusCode>,
    requests: Vec<Received>,
}

/// A request, and how it was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    pub answered: u16,
    pub delivery_id: String,
    pub signature: String,
    pub body: String,
}

impl Receiver {
    /// Answers with these, one after the other, and then with 200.
    pub async fn answering(next: &[u16]) -> Self {
        let next = next.iter().map(|status| StatusCode::from_u16(*status).unwrap()).collect();
        let state = Arc::new(Mutex::new(Answers { next, requests: Vec::new() }));
        let router = Router::new().fallback(receive).with_state(Arc::clone(&state));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, state }
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<Received> {
        self.state.lock().unwrap().requests.clone()
    }

    /// Waits until there were so many, and gives them.
    pub async fn received(&self, count: usize) -> Vec<Received> {
        eventually("the webhook has come", async || self.requests().len() >= count).await;
        self.requests()
    }
}

async fn receive(State(state): State<Arc<Mutex<Answers>>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let mut state = state.lock().unwrap();
    let status = state.next.pop_front().unwrap_or(StatusCode::OK);
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let received = Received {
        answered: status.as_u16(),
        delivery_id: header("trayline-delivery"),
        signature: header("trayline-signature"),
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    state.requests.push(received);
    status
}

impl Received {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Whether it is signed with `secret`, as the guide for integrators says.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let (time, signature) = self.signature.split_once(',').unwrap();
        let (time, signature) = (time.strip_prefix("t=").unwrap(), signature.strip_prefix("v1=").unwrap());
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("{time}.{}", self.body).as_bytes());
        let signature = data_encoding::HEXLOWER.decode(signature.as_bytes()).unwrap();
        mac.verify_slice(&signature).is_ok()
    }
}
