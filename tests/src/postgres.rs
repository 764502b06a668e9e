//! A Postgres server of its own, for a test that kills it.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, PgPool};
use tempfile::TempDir;

use crate::{eventually, free_port};

/// A Postgres that keeps what it commits, killed when dropped. Postgres refuses to run as root, so root starts it as
/// `postgres` or `nobody`.
pub struct TestPostgres {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
    user: Option<(u32, u32)>,
    process: Child,
}

impl TestPostgres {
    /// Makes a cluster and starts it.
    ///
    /// # Panics
    /// When Postgres is missing or does not start.
    pub async fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("trayline-").tempdir().expect("a folder");
        let programs = programs();
        let user = other_user_if_root(folder.path());
        if let Some((uid, gid)) = user {
            chown(folder.path(), Some(uid), Some(gid)).expect("the folder handed over");
        }
        let cluster = folder.path().join("cluster");
        let made = as_user(&programs.join("initdb"), folder.path(), user)
            .args(["-U", "trayline", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-D"])
            .arg(&cluster)
            .stdout(Stdio::null())
            .status();
        assert!(made.expect("initdb; `make setup` gets it").success(), "initdb failed");

        let port = free_port();
        let process = spawn(&programs, folder.path(), port, user);
        let postgres = Self { folder, programs, port, user, process };
        postgres.answers().await;
        postgres
    }

    /// Kills the server and its helpers at once, as by `kill -9`.
    ///
    /// # Panics
    /// When it cannot be killed.
    pub fn kill(&mut self) {
        self.process.kill().expect("killed");
        self.process.wait().expect("gone");
    }

    /// Starts it again on the same port with the same files, after a [`TestPostgres::kill`].
    pub async fn restart(&mut self) {
        eventually("the killed server's helpers are gone and it starts", async || {
            if !matches!(self.process.try_wait(), Ok(None)) {
                self.process = spawn(&self.programs, self.folder.path(), self.port, self.user);
            }
            self.is_ready().await
        })
        .await;
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://trayline@127.0.0.1:{}/postgres", self.port)
    }

    /// A pool of connections to it, which heals itself.
    ///
    /// # Panics
    /// When the address is not one.
    #[must_use]
    pub fn pool(&self) -> PgPool {
        PgPoolOptions::new().max_connections(4).connect_lazy(&self.url()).expect("an address")
    }

    async fn answers(&self) {
        eventually("postgres answers", async || self.is_ready().await).await;
    }

    async fn is_ready(&self) -> bool {
        let options: PgConnectOptions = self.url().parse().expect("an address");
        options.connect().await.is_ok()
    }
}

impl Drop for TestPostgres {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn spawn(programs: &Path, folder: &Path, port: u16, user: Option<(u32, u32)>) -> Child {
    let output = std::fs::OpenOptions::new().create(true).append(true).open(folder.join("output")).expect("a file");
    as_user(&programs.join("postgres"), folder, user)
        .arg("-D")
        .arg(folder.join("cluster"))
        .args(["-p", &port.to_string()])
        .args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="])
        .stdin(Stdio::null())
        .stdout(output.try_clone().expect("a handle"))
        .stderr(output)
        .spawn()
        .expect("postgres; `make setup` gets it")
}

fn as_user(program: &Path, folder: &Path, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
    command
}

/// The user and group to start Postgres as, when we are root: the owner of `folder` tells.
fn other_user_if_root(folder: &Path) -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt;
    if std::fs::metadata(folder).expect("the folder").uid() != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").expect("the list of users");
    let of = |name: &str| {
        let line = users.lines().find(|line| line.starts_with(&format!("{name}:")))?;
        let mut fields = line.split(':').skip(2).map(str::parse);
        Some((fields.next()?.ok()?, fields.next()?.ok()?))
    };
    of("postgres").or_else(|| of("nobody"))
}

/// The folder of the Postgres that `make setup` found or got.
fn programs() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let found = Command::new(root.join("scripts/postgres-bin")).output().expect("scripts/postgres-bin");
    assert!(found.status.success(), "there is no Postgres; `make setup` gets one");
    PathBuf::from(String::from_utf8(found.stdout).expect("a path").trim())
}
