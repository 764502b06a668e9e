//! A real `OpenID` provider, and a browser that goes there and back.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use broker_config::{Line, TechnicianId};
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::{eventually, free_port};
use web::{OidcSettings, SecondFactorAsked, UnknownPeople};

use crate::desk::{Answer, Desk, Technician};

/// `tests/openid/provider.js` in a process of its own, killed when dropped.
pub struct OpenIdProvider {
    pub port: u16,
    process: Child,
    _folder: TempDir,
}

/// A browser on its way: its cookie of ours, and where it was sent.
pub struct OnTheWay {
    pub cookie: String,
    pub address: String,
}

impl OpenIdProvider {
    pub async fn new() -> Self {
        Self::on(free_port()).await
    }

    pub async fn on(port: u16) -> Self {
        let folder = TempDir::new().unwrap();
        let printed = folder.path().join("printed");
        let process = Command::new("node")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("openid/provider.js"))
            .args([&port.to_string(), "http://desk.example/api/v1/session/provider/return"])
            .stdin(Stdio::null())
            .stdout(File::create(&printed).unwrap())
            .stderr(Stdio::null())
            .spawn()
            .expect("node; `make setup` gets its packages");
        let listens = async || std::fs::read_to_string(&printed).unwrap().contains("listening");
        eventually("the provider listens", listens).await;
        Self { port, process, _folder: folder }
    }

    /// Who is there from now on.
    pub async fn next(&self, person: Value) {
        let address = format!("http://127.0.0.1:{}/next", self.port);
        let answer = browser().put(address).json(&person).send().await.unwrap();
        assert_eq!(answer.status(), 204);
    }

    /// What a browser is sent back with, that was sent there.
    pub async fn visit(&self, address: &str) -> String {
        let (browser, mut cookies) = (browser(), BTreeMap::new());
        let mut address = address.to_owned();
        for _ in 0..10 {
            if let Some((_, query)) = address.split_once("/api/v1/session/provider/return?") {
                return query.to_owned();
            }
            let sent: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let answer = browser.get(&address).header("cookie", sent.join("; ")).send().await.unwrap();
            for cookie in answer.headers().get_all("set-cookie") {
                let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
                cookies.insert(name.to_owned(), value.to_owned());
            }
            let Some(location) = answer.headers().get("location") else { panic!("{}", answer.text().await.unwrap()) };
            let location = location.to_str().unwrap();
            address = if location.starts_with('/') {
                format!("http://127.0.0.1:{}{location}", self.port)
            } else {
                location.to_owned()
            };
        }
        panic!("the provider leads nowhere: {address}")
    }
}

impl Drop for OpenIdProvider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub fn browser() -> reqwest::Client {
    reqwest::Client::builder().redirect(Policy::none()).build().unwrap()
}

/// A provider as an operator would write it down.
pub fn settings(port: u16) -> OidcSettings {
    OidcSettings {
        issuer: format!("http://127.0.0.1:{port}"),
        client_id: "trayline".to_owned(),
        client_secret: "the secret of trayline, which nobody else knows".to_owned(),
        name: Line::new("Bluebell").unwrap(),
        email_domains: Vec::new(),
        unknown_people: UnknownPeople::Refused,
        second_factor: SecondFactorAsked::UnlessByProvider,
        certificate_authority: None,
    }
}

/// Somebody whom the provider knows by `sub` and vouches for.
pub fn person(sub: &str, email: &str) -> Value {
    json!({ "sub": sub, "email": email, "email_verified": true, "name": "Priya Raman", "amr": ["pwd"] })
}

/// Presses the button on the sign-in page.
pub async fn begin(desk: &Desk) -> Answer {
    let request = Request::get("/api/v1/session/provider").header(header::HOST, "desk.example");
    desk.send(request.body(Body::empty()).unwrap()).await
}

/// Presses it, and is on the way.
pub async fn on_the_way(desk: &Desk) -> OnTheWay {
    let answer = begin(desk).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let cookie = cookie_of(&answer.headers, "trayline_provider").unwrap();
    OnTheWay { cookie, address: location(&answer).to_owned() }
}

/// Comes back.
pub async fn come_back(desk: &Desk, cookie: &str, query: &str) -> Answer {
    let request = Request::get(format!("/api/v1/session/provider/return?{query}"))
        .header(header::HOST, "desk.example")
        .header(header::COOKIE, cookie);
    let answer = desk.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer
}

/// Goes there and comes back.
pub async fn there_and_back(desk: &Desk, provider: &OpenIdProvider) -> Answer {
    let OnTheWay { cookie, address } = on_the_way(desk).await;
    let query = provider.visit(&address).await;
    come_back(desk, &cookie, &query).await
}

/// Where an answer leads.
pub fn location(answer: &Answer) -> &str {
    answer.headers[header::LOCATION].to_str().unwrap()
}

/// A cookie that an answer sets, as it is sent back.
pub fn cookie_of(headers: &HeaderMap, name: &str) -> Option<String> {
    let set = headers.get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap());
    let mut pairs = set.map(|cookie| cookie.split(';').next().unwrap());
    pairs.find(|pair| pair.starts_with(&format!("{name}="))).map(ToOwned::to_owned)
}

/// Whoever has come in.
pub async fn who(desk: &Desk, answer: &Answer) -> (Technician, Value) {
    assert_eq!(location(answer), "/");
    let cookie = cookie_of(&answer.headers, "trayline_session").unwrap();
    let technician = Technician { id: TechnicianId::new(), cookie, token_hash: [0; 32] };
    let session = desk.get(&technician, "/api/v1/session").await.expect(StatusCode::OK);
    let id = session["technician_id"].as_str().unwrap().parse().unwrap();
    (Technician { id, ..technician }, session)
}
