//! The web front of one test, and those who use it.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use broker_config::{
    AssetId, ChatId, Clock, DeviceSigner, Line, Log, Role, SecurityGroupId, SystemClock, TechnicianId,
};
use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use store::rights::Right;
use store::security_groups::{ADMINISTRATORS, SecurityGroup, TECHNICIANS};
use store::sessions::NewSession;
use tests::{Bench, eventually};
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};
use tower::ServiceExt;
use web::{Front, Secret, Settings, TlsFiles};
use workers::persistence::Persistence;
use workers::runner;

/// A bench with persistence and the web front.
pub struct Desk {
    pub bench: Bench,
    pub front: Front,
    router: Router,
    _stop: DropGuard,
}

/// A technician with a session.
#[derive(Clone)]
pub struct Technician {
    pub id: TechnicianId,
    pub cookie: String,
    pub token_hash: [u8; 32],
}

/// What a route answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

/// A front that listens.
pub struct Served {
    pub port: u16,
    pub shutdown: CancellationToken,
    pub task: JoinHandle<std::io::Result<()>>,
}

impl Desk {
    pub async fn new(db: PgPool) -> Self {
        Self::with(db, |settings| settings).await
    }

    /// A desk whose settings are others.
    pub async fn with(db: PgPool, change: impl FnOnce(Settings) -> Settings) -> Self {
        let bench = Bench::new(db).await;
        let signer = bench.broker.keys().device_signer().unwrap();
        let settings = change(settings(bench.broker.url()));
        let (db, log) = (bench.db.clone(), bench.web_log.clone());
        let front = Front::new(settings, db, log, signer, Arc::new(SystemClock)).unwrap();
        let stop = CancellationToken::new();
        tokio::spawn({
            let (db, log, stop) = (bench.db.clone(), bench.log.clone(), stop.clone());
            async move { runner::run(&Persistence::new(db, log.client()), &log, &stop).await }
        });
        let router = front.router();
        Self { bench, front, router, _stop: stop.drop_guard() }
    }

    /// Another web node, with connections of its own.
    pub async fn another_node(&self) -> Served {
        self.node_on(&Handle::current()).await
    }

    /// A web node whose every task runs there.
    pub async fn node_on(&self, runtime: &Handle) -> Served {
        let (address, url) = (self.bench.broker.address(Role::Web), self.bench.broker.url());
        let signer = self.bench.broker.keys().device_signer().unwrap();
        let db = (*self.bench.db.connect_options()).clone();
        let node = async move {
            let log = Log::new(broker_config::connect(&address, Role::Web).await.unwrap());
            let db = PgPoolOptions::new().max_connections(2).connect_lazy_with(db);
            serve(front(url, db, log, signer)).await
        };
        runtime.spawn(node).await.unwrap()
    }

    pub async fn technician(&self, name: &str) -> Technician {
        self.add_technician(name, TECHNICIANS.into()).await
    }

    pub async fn admin(&self, name: &str) -> Technician {
        self.add_technician(name, ADMINISTRATORS.into()).await
    }

    /// A technician who may do this and nothing else, by a group of their own.
    pub async fn technician_who_may(&self, name: &str, rights: impl IntoIterator<Item = Right>) -> Technician {
        let (security_group_id, members) = (SecurityGroupId::new(), Vec::new());
        let (name_of_group, rights) = (Line::new(format!("Group of {name}")).unwrap(), rights.into_iter().collect());
        let group = SecurityGroup { security_group_id, name: name_of_group, rights, members };
        let mut connection = self.bench.db.acquire().await.unwrap();
        assert!(store::security_groups::add(&mut connection, &group).await.unwrap());
        self.add_technician(name, security_group_id).await
    }

    async fn add_technician(&self, name: &str, group: SecurityGroupId) -> Technician {
        let (line, email) = (Line::new(name).unwrap(), Line::new(format!("{name}@desk.example")).unwrap());
        let added = store::technicians::add(&self.bench.db, &line, &email, "no password", &[group]).await;
        let technician_id = added.unwrap().unwrap();
        let token = Secret::new("");
        let now = SystemClock.now();
        let ends_at = now + TimeDelta::hours(1);
        let (created_at, expires_at, token_hash) = (now, ends_at, token.hash());
        let (user_agent, address) = (None, None);
        let second_factor_elsewhere = false;
        let new = NewSession {
            token_hash,
            technician_id,
            created_at,
            expires_at,
            ends_at,
            user_agent,
            address,
            second_factor_elsewhere,
        };
        store::sessions::begin(&self.bench.db, &new).await.unwrap();
        let cookie = format!("trayline_session={}", token.reveal());
        Technician { id: technician_id, cookie, token_hash }
    }

    /// Sends a request by a technician, or by nobody.
    pub async fn call(&self, by: Option<&Technician>, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "desk.example");
        if let Some(technician) = by {
            request = request.header(header::COOKIE, &technician.cookie);
        }
        let request = match body {
            Some(body) => {
                request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string())).unwrap()
            }
            None => request.body(Body::empty()).unwrap(),
        };
        self.send(request).await
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let body = serde_json::from_slice(&body)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&body).into_owned()));
        Answer { status, headers, body }
    }

    pub async fn get(&self, by: &Technician, path: &str) -> Answer {
        self.call(Some(by), Method::GET, path, None).await
    }

    pub async fn post(&self, by: &Technician, path: &str, body: Value) -> Answer {
        self.call(Some(by), Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, by: &Technician, path: &str, body: Value) -> Answer {
        self.call(Some(by), Method::PUT, path, Some(body)).await
    }

    /// Starts a chat with an asset.
    pub async fn start(&self, by: &Technician, asset_id: AssetId) -> ChatId {
        let answer = self.post(by, "/api/v1/chats", json!({ "asset_id": asset_id })).await;
        answer.expect(StatusCode::CREATED)["chat_id"].as_str().unwrap().parse().unwrap()
    }

    /// Waits until Postgres has all of the log.
    pub async fn settle(&self) {
        let (_, last) = self.bench.web_log.bounds().await.unwrap();
        eventually("persistence has caught up", || async {
            self.bench.web_log.persisted_upto().await.is_ok_and(|upto| upto >= last)
        })
        .await;
    }

    /// Listens on a free port, with TLS.
    pub async fn serve_tls(&self, files: TlsFiles) -> Served {
        let (public_url, tls) = ("https://desk.example".to_owned(), Some(files));
        let settings = Settings { public_url, tls, ..settings(self.bench.broker.url()) };
        let (db, log) = (self.bench.db.clone(), self.bench.web_log.clone());
        let signer = self.bench.broker.keys().device_signer().unwrap();
        serve(Front::new(settings, db, log, signer, Arc::new(SystemClock)).unwrap()).await
    }

    /// Listens on a free port.
    pub async fn serve(&self) -> Served {
        serve(self.front.clone()).await
    }
}

fn front(broker_url: String, db: PgPool, log: Log, signer: DeviceSigner) -> Front {
    Front::new(settings(broker_url), db, log, signer, Arc::new(SystemClock)).unwrap()
}

fn settings(broker_url: String) -> Settings {
    Settings {
        public_url: "http://desk.example".to_owned(),
        broker_urls: vec![broker_url],
        session_hours: 12,
        session_days: 30,
        trusted_proxies: Vec::new(),
        tls: None,
        password_sign_in: true,
        oidc: None,
    }
}

async fn serve(front: Front) -> Served {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let shutdown = CancellationToken::new();
    let task = tokio::spawn(front.serve(listener, shutdown.clone()));
    Served { port, shutdown, task }
}

impl Answer {
    /// The body, of an answer with this status.
    pub fn expect(self, status: StatusCode) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// The body, of a refusal with this status and type.
    pub fn refused(self, status: StatusCode, slug: &str) -> Value {
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json");
        let body = self.expect(status);
        assert_eq!(body["type"], format!("/problems/{slug}"), "{body}");
        assert_eq!(body["status"], status.as_u16());
        body
    }
}
