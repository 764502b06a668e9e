//! A real nats-server with the real configuration, for one test.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use async_nats::{Client, ConnectOptions};
use broker_config::server_config::{NATS_SERVER_CONF, Server, ServerTls, accounts_conf};
use broker_config::{
    AssetId, BrokerAddress, BrokerKeys, Clock, Log, Revoker, Role, SystemClock, account, declare, subject,
};
use chrono::TimeDelta;
use nkeys::KeyPair;
use tempfile::TempDir;

use crate::{Certificates, eventually, free_port};

/// How long the credentials of devices are good.
const A_DAY: TimeDelta = TimeDelta::days(1);

/// A nats-server of its own, killed when dropped.
pub struct TestBroker {
    folder: TempDir,
    port: u16,
    websocket_port: u16,
    keys: BrokerKeys,
    certificates: Option<Certificates>,
    process: Child,
}

impl TestBroker {
    /// Starts one, with the streams and consumers as declared.
    ///
    /// # Panics
    /// When nats-server is missing or does not start.
    pub async fn start() -> Self {
        Self::start_with(None).await
    }

    /// Starts one that speaks TLS and nothing else.
    ///
    /// # Panics
    /// As [`TestBroker::start`].
    pub async fn start_with_tls(certificates: Certificates) -> Self {
        Self::start_with(Some(certificates)).await
    }

    async fn start_with(certificates: Option<Certificates>) -> Self {
        let folder = TempDir::new().expect("a folder");
        let (port, websocket_port) = (free_port(), free_port());
        let keys = BrokerKeys::generate().expect("keys");
        let tls = certificates.clone().map(|Certificates { certificate, key, .. }| ServerTls { certificate, key });
        write_configuration(folder.path(), port, websocket_port, tls, &keys);
        let process = spawn(folder.path());
        let broker = Self { folder, port, websocket_port, keys, certificates, process };
        broker.answers().await;
        let log = broker.log(Role::Operator).await;
        declare::apply(log.jetstream(), 1).await.expect("streams as declared");
        broker
    }

    /// Kills it, as by `kill -9`.
    ///
    /// # Panics
    /// When it cannot be killed.
    pub fn kill(&mut self) {
        self.process.kill().expect("killed");
        self.process.wait().expect("gone");
    }

    /// Starts it again on the same port with the same files, after a [`TestBroker::kill`].
    pub async fn restart(&mut self) {
        self.process = spawn(self.folder.path());
        self.answers().await;
    }

    /// Its address for clients.
    #[must_use]
    pub fn url(&self) -> String {
        match self.certificates {
            Some(_) => format!("tls://localhost:{}", self.port),
            None => format!("nats://127.0.0.1:{}", self.port),
        }
    }

    /// Its address for clients over WebSocket.
    #[must_use]
    pub fn websocket_url(&self) -> String {
        match self.certificates {
            Some(_) => format!("wss://localhost:{}", self.websocket_port),
            None => format!("ws://127.0.0.1:{}", self.websocket_port),
        }
    }

    /// Its port for clients over WebSocket.
    #[must_use]
    pub fn websocket_port(&self) -> u16 {
        self.websocket_port
    }

    /// Its secrets.
    #[must_use]
    pub fn keys(&self) -> &BrokerKeys {
        &self.keys
    }

    /// Where a role connects, with new credentials for it.
    ///
    /// # Panics
    /// When the credentials cannot be written.
    #[must_use]
    pub fn address(&self, role: Role) -> BrokerAddress {
        let credentials = self.folder.path().join(format!("{}.creds", role.name()));
        let text = self.keys.role_credentials(role, SystemClock.now()).expect("credentials");
        std::fs::write(&credentials, text).expect("written");
        let certificate_authority = self.certificates.as_ref().map(|certificates| certificates.authority.clone());
        BrokerAddress { urls: vec![self.url()], credentials, certificate_authority }
    }

    /// A folder with the credentials of every role and the devices' signer, as `trayline broker init` makes it.
    ///
    /// # Panics
    /// When it cannot be written.
    #[must_use]
    pub fn credentials_folder(&self) -> PathBuf {
        for role in Role::ALL {
            let _ = self.address(role);
        }
        let account = self.keys.device_signer().expect("a signer").account().to_owned();
        let signer = serde_json::json!({ "seed": self.keys.device_seed(), "account": account });
        std::fs::write(self.folder.path().join("device-signer.json"), signer.to_string()).expect("written");
        let revoker = serde_json::json!({ "seed": self.keys.revoker_seed() });
        std::fs::write(self.folder.path().join("revoker.json"), revoker.to_string()).expect("written");
        self.folder.path().to_owned()
    }

    /// The log, as a role sees it.
    ///
    /// # Panics
    /// When it cannot connect.
    pub async fn log(&self, role: Role) -> Log {
        Log::new(broker_config::connect(&self.address(role), role).await.expect("connected"))
    }

    /// New credentials for the device of an asset: a file's text.
    ///
    /// # Panics
    /// When they cannot be signed.
    #[must_use]
    pub fn device_credentials(&self, asset_id: AssetId) -> String {
        let user = KeyPair::new_user();
        let signer = self.keys.device_signer().expect("a signer");
        let now = SystemClock.now();
        let token = signer.user_jwt(asset_id, &user.public_key(), now, now + A_DAY).expect("a token");
        account::credentials_file(&token, &user.seed().expect("a seed"))
    }

    /// What changes which devices it refuses.
    ///
    /// # Panics
    /// When its key is none.
    #[must_use]
    pub fn revoker(&self) -> Revoker {
        Revoker::new(self.keys.revoker_seed()).expect("a key")
    }

    /// A bare connection with the credentials of an asset's device.
    ///
    /// # Panics
    /// When it cannot connect.
    pub async fn connect_device(&self, asset_id: AssetId) -> Client {
        ConnectOptions::with_credentials(&self.device_credentials(asset_id))
            .expect("credentials")
            .custom_inbox_prefix(subject::inbox_prefix(&asset_id.to_string()))
            .connect(self.url())
            .await
            .expect("connected")
    }

    async fn answers(&self) {
        let address = ("127.0.0.1", self.port);
        eventually("nats-server listens", || async { tokio::net::TcpStream::connect(address).await.is_ok() }).await;
    }
}

impl Drop for TestBroker {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn write_configuration(folder: &Path, port: u16, websocket_port: u16, tls: Option<ServerTls>, keys: &BrokerKeys) {
    let server = Server {
        name: "bench".to_owned(),
        host: "127.0.0.1".to_owned(),
        port,
        websocket_port: Some(websocket_port),
        monitoring_port: None,
        tls,
        store_dir: folder.to_owned(),
        cluster: None,
    };
    let tokens = keys.accounts(SystemClock.now()).expect("tokens");
    for (name, text) in [
        ("nats-server.conf", NATS_SERVER_CONF.to_owned()),
        ("server.conf", server.render()),
        ("accounts.conf", accounts_conf(&tokens, folder)),
    ] {
        std::fs::write(folder.join(name), text).expect("written");
    }
}

fn spawn(folder: &Path) -> Child {
    let output = std::fs::OpenOptions::new().create(true).append(true).open(folder.join("output")).expect("a file");
    Command::new(nats_server())
        .arg("-c")
        .arg(folder.join("nats-server.conf"))
        .stdin(Stdio::null())
        .stdout(output.try_clone().expect("a handle"))
        .stderr(output)
        .spawn()
        .expect("nats-server; `make setup` gets it")
}

/// The nats-server that `make setup` found or got.
fn nats_server() -> PathBuf {
    let got = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools/bin/nats-server");
    if got.exists() { got } else { PathBuf::from("nats-server") }
}
