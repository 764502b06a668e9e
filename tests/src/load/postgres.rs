//! A Postgres of the benchmark's own, as an operator would run it: every commit waits for the disk.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::{Signal, geteuid};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

use super::process::{Process, output_of};
use crate::{eventually, free_port};

/// A running server.
pub(super) struct Postgres {
    pub(super) process: Process,
    pub(super) version: String,
    /// What it writes of itself.
    pub(super) log: PathBuf,
    port: u16,
}

impl Postgres {
    /// Makes a cluster in `folder` and starts it.
    pub(super) async fn start(folder: &Path) -> Self {
        let programs = programs();
        let cluster = folder.join("postgres");
        std::fs::create_dir(&cluster).expect("a folder");
        let run = |program: &str| {
            let mut command = Command::new(programs.join(program));
            command.current_dir(&cluster);
            as_another(&mut command, &cluster);
            command
        };
        let version = output_of(run("postgres").arg("--version")).trim().to_owned();
        output_of(run("initdb").arg("-D").arg(&cluster).args(["-U", "trayline", "--auth=trust", "--encoding=UTF8"]));

        let port = free_port();
        let mut server = run("postgres");
        server.arg("-D").arg(&cluster).args(["-p", &port.to_string()]);
        for setting in ["listen_addresses=127.0.0.1", "unix_socket_directories=", "shared_buffers=256MB"] {
            server.args(["-c", setting]);
        }
        let process = Process::start("postgres", &mut server, folder, Signal::INT);
        let postgres = Self { process, version, log: folder.join("postgres.log"), port };
        let maintenance = postgres.url("postgres");
        eventually("postgres answers", || async { PgPool::connect(&maintenance).await.is_ok() }).await;
        postgres
    }

    /// Makes a database and connects to it.
    pub(super) async fn database(&self, name: &'static str) -> PgPool {
        let maintenance = PgPool::connect(&self.url("postgres")).await.expect("connected");
        sqlx::query(sqlx::AssertSqlSafe(format!("create database {name}"))).execute(&maintenance).await.expect("made");
        maintenance.close().await;
        PgPoolOptions::new().max_connections(4).connect(&self.url(name)).await.expect("connected")
    }

    pub(super) fn url(&self, database: &str) -> String {
        format!("postgres://trayline@127.0.0.1:{}/{database}", self.port)
    }
}

/// Where `make setup` found the programs, or put them.
fn programs() -> PathBuf {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/postgres-bin");
    PathBuf::from(output_of(&mut Command::new(script)).trim())
}

/// Postgres refuses to run as root.
fn as_another(command: &mut Command, cluster: &Path) {
    if !geteuid().is_root() {
        return;
    }
    let id = |kind| output_of(Command::new("id").args([kind, "postgres"])).trim().parse::<u32>().expect("a number");
    let (user, group) = (id("-u"), id("-g"));
    std::os::unix::fs::chown(cluster, Some(user), Some(group)).expect("owned");
    command.uid(user).gid(group);
}
