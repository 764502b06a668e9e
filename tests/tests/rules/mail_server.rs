//! A real mail server, and what it took.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use tests::{eventually, free_port};

/// aiosmtpd in a process of its own, killed when dropped.
pub struct MailServer {
    pub port: u16,
    folder: TempDir,
    process: Child,
}

/// Whom it lets sign in.
pub const USER: &str = "trayline";
pub const PASSWORD: &str = "correct horse";

impl MailServer {
    /// One that takes everything.
    pub async fn plain() -> Self {
        Self::start(TempDir::new().unwrap(), &[]).await
    }

    /// One that insists on STARTTLS, with a certificate of its own for `localhost`, and on a sign-in.
    pub async fn secured() -> Self {
        let folder = TempDir::new().unwrap();
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let (certificate, key) = (folder.path().join("certificate.pem"), folder.path().join("key.pem"));
        std::fs::write(&certificate, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        let arguments = [certificate.to_str().unwrap(), key.to_str().unwrap(), USER, PASSWORD].map(str::to_owned);
        Self::start(folder, &arguments).await
    }

    /// The certificate of a secured one.
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("certificate.pem")
    }

    async fn start(folder: TempDir, arguments: &[String]) -> Self {
        let port = free_port();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let printed = std::fs::File::create(folder.path().join("printed")).unwrap();
        let process = Command::new(root.join("../target/tools/python/bin/python"))
            .arg(root.join("smtp/server.py"))
            .arg(port.to_string())
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(printed)
            .spawn()
            .expect("Python; `make setup` gets it");
        let server = Self { port, folder, process };
        eventually("the mail server is ready", async || !server.printed().is_empty()).await;
        server
    }

    /// What it took.
    pub fn taken(&self) -> Vec<Value> {
        self.printed().into_iter().skip(1).collect()
    }

    /// Waits until it has taken so many, and gives them.
    pub async fn took(&self, count: usize) -> Vec<Value> {
        eventually("the mail server has taken it", async || self.taken().len() >= count).await;
        self.taken()
    }

    fn printed(&self) -> Vec<Value> {
        let printed = std::fs::read_to_string(self.folder.path().join("printed")).unwrap();
        let whole = printed.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        whole.map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
