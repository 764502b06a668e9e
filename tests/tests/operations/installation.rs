//! A bench whose workers are processes, and its command line.

use serde_json::Value;
use sqlx::PgPool;
use tempfile::TempDir;
use tests::{Bench, Program, free_port};

/// A bench, and how processes find it.
pub struct Installation {
    pub bench: Bench,
    pub folder: TempDir,
    environment: Vec<(String, String)>,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub printed: String,
}

impl Installation {
    pub async fn new(db: PgPool) -> Self {
        let bench = Bench::new(db).await;
        let options = bench.db.connect_options();
        let (host, port) = (options.get_host(), options.get_port());
        let database = options.get_database().unwrap();
        let environment = [
            ("TRAYLINE__DATABASE__URL", format!("postgres://trayline@{host}:{port}/{database}")),
            ("TRAYLINE__BROKER__URLS", format!("[{:?}]", bench.broker.url())),
            ("TRAYLINE__BROKER__CREDENTIALS", bench.broker.credentials_folder().display().to_string()),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value)).to_vec();
        Self { bench, folder: TempDir::new().unwrap(), environment }
    }

    /// A process of `trayline`, not started.
    pub fn trayline(&self, arguments: &[&str]) -> Program {
        let operations = ("TRAYLINE__OPERATIONS__LISTEN".to_owned(), format!("127.0.0.1:{}", free_port()));
        Program::new("trayline", arguments, &self.folder.path().join("output"))
            .with(&self.environment)
            .with(&[operations])
    }

    /// Runs a command to its end.
    pub async fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = self.trayline(arguments).command();
        command.stdin(std::process::Stdio::null());
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        println!("{}", String::from_utf8_lossy(&output.stderr));
        Ran { code: output.status.code(), printed: String::from_utf8(output.stdout).unwrap() }
    }

    /// What a command prints as JSON.
    pub async fn json(&self, arguments: &[&str]) -> Value {
        let ran = self.run(&[&["--json"], arguments].concat()).await;
        serde_json::from_str(&ran.printed).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
    }
}
