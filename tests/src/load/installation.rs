//! A whole Trayline of the benchmark's own: broker, database, two workers and the web front, each a process.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use async_nats::{Client, ConnectOptions};
use broker_config::Log;
use rustix::process::Signal;
use serde_json::Value;
use sqlx::PgPool;
use tempfile::TempDir;

use super::credentials::Keys;
use super::postgres::Postgres;
use super::process::{Process, output_of};
use crate::{eventually, free_port};

/// What runs, and connections to it. The processes come before the folder, so that they end first.
pub(super) struct Installation {
    pub(super) persistence: Process,
    pub(super) sync: Process,
    pub(super) web: Process,
    pub(super) broker: Process,
    pub(super) postgres: Postgres,
    pub(super) keys: Keys,
    pub(super) broker_url: String,
    pub(super) web_address: String,
    /// How the technician signs in.
    pub(super) password: String,
    /// Trayline's database.
    pub(super) db: PgPool,
    /// A database of the bare pipeline's.
    pub(super) bare_db: PgPool,
    /// A connection that may do everything in our account.
    pub(super) client: Client,
    /// The log, over it.
    pub(super) log: Log,
    pub(super) folder: TempDir,
}

/// Under which address the technician signs in.
pub(super) const EMAIL: &str = "priya@example.com";

impl Installation {
    /// Starts everything in a new folder within `within`.
    pub(super) async fn start(within: &Path) -> Self {
        let folder = TempDir::with_prefix_in("trayline-bench-", within).expect("a folder");
        // Postgres may run as another user.
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).expect("permissions");
        let postgres = Postgres::start(folder.path()).await;
        let (db, bare_db) = (postgres.database("trayline").await, postgres.database("bare").await);

        let broker_port = free_port();
        let files = folder.path().join("broker");
        let mut init = Command::new(trayline());
        output_of(init.args(["broker", "init", "--port", &broker_port.to_string()]).arg(&files));
        let mut server = Command::new("nats-server");
        server.arg("-c").arg(files.join("nats-server.conf"));
        let broker = Process::start("nats-server", &mut server, folder.path(), Signal::INT);
        let listening = || async { tokio::net::TcpStream::connect(("127.0.0.1", broker_port)).await.is_ok() };
        eventually("nats-server listens", listening).await;
        let broker_url = format!("nats://127.0.0.1:{broker_port}");

        let keys = Keys::read(&files);
        let client = connect(&keys, &broker_url).await;
        let ours = Ours { folder: folder.path(), database_url: postgres.url("trayline"), broker_url: &broker_url };
        output_of(ours.command().arg("migrate"));
        output_of(ours.command().args(["broker", "apply"]));
        let technician = ["admin", "technician", "add", "--name", "Priya", "--email", EMAIL, "--generate-password"];
        let added = output_of(ours.command().args(technician).arg("--json"));
        let added: Value = serde_json::from_str(&added).expect("JSON");

        let web_address = format!("127.0.0.1:{}", free_port());
        Self {
            persistence: ours.start("persistence", &["work", "persistence"], &web_address).await,
            sync: ours.start("sync", &["work", "sync"], &web_address).await,
            web: ours.start("web", &["web"], &web_address).await,
            broker,
            keys,
            web_address,
            password: added["password"].as_str().expect("a password").to_owned(),
            db,
            bare_db,
            log: Log::new(client.clone()),
            client,
            broker_url,
            postgres,
            folder,
        }
    }

    /// One more connection that may do everything in our account.
    pub(super) async fn connect(&self) -> Client {
        connect(&self.keys, &self.broker_url).await
    }

    /// What runs, by name.
    pub(super) fn processes(&self) -> [(&'static str, u32); 5] {
        [
            ("nats-server", self.broker.pid()),
            ("postgres (all processes)", self.postgres.process.pid()),
            ("trayline work persistence", self.persistence.pid()),
            ("trayline work sync", self.sync.pid()),
            ("trayline web", self.web.pid()),
        ]
    }
}

async fn connect(keys: &Keys, broker_url: &str) -> Client {
    let options = ConnectOptions::with_credentials(&keys.unlimited()).expect("credentials");
    options.connect(broker_url).await.expect("connected")
}

/// How processes of ours are started.
struct Ours<'a> {
    folder: &'a Path,
    database_url: String,
    broker_url: &'a str,
}

impl Ours<'_> {
    fn command(&self) -> Command {
        let mut command = Command::new(trayline());
        command
            .env("TRAYLINE__DATABASE__URL", &self.database_url)
            .env("TRAYLINE__BROKER__URLS", format!("[\"{}\"]", self.broker_url))
            .env("TRAYLINE__BROKER__CREDENTIALS", self.folder.join("broker"))
            .stdin(Stdio::null());
        command
    }

    /// Starts a process and waits until it is ready.
    async fn start(&self, name: &str, arguments: &[&str], web_address: &str) -> Process {
        let operations_port = free_port();
        let mut command = self.command();
        command
            .args(arguments)
            .env("TRAYLINE__WEB__LISTEN", web_address)
            .env("TRAYLINE__OPERATIONS__LISTEN", format!("127.0.0.1:{operations_port}"));
        let process = Process::start(name, &mut command, self.folder, Signal::TERM);
        let ready = format!("http://127.0.0.1:{operations_port}/readyz");
        eventually(&format!("{name} is ready"), || {
            let ready = ready.clone();
            async { tokio::task::spawn_blocking(move || ureq::get(ready).call().is_ok()).await.unwrap_or(false) }
        })
        .await;
        process
    }
}

/// The program that is measured: the one beside this one.
fn trayline() -> PathBuf {
    let beside = std::env::current_exe().expect("this program's file").with_file_name("trayline");
    assert!(beside.exists(), "there is no {}; cargo build --release --bin trayline makes it", beside.display());
    beside
}
