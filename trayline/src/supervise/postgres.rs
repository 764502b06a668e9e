//! The private Postgres.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Output};
use std::time::Duration;

use rustix::process::Signal;
use sqlx::Postgres;
use sqlx::migrate::MigrateDatabase;
use tokio::process::Command;
use tokio::time::sleep;

use crate::private_file::{self, Readers};
use crate::secret::DatabaseUrl;

use super::leftover;
use super::process::{Launch, Process};
use super::program::PostgresPrograms;
use super::user::User;

/// How often a starting server is asked whether it is there.
const ASK: Duration = Duration::from_millis(20);

/// The superuser and the database.
const NAME: &str = "trayline";

/// Where the private Postgres keeps what.
#[derive(Debug, Clone)]
pub struct PrivatePostgres {
    /// Its folder. The cluster lies below it, because initdb wants a folder of its own.
    pub folder: PathBuf,
    /// As whom it runs, if not as ourselves.
    pub user: Option<User>,
    /// What it prints goes here.
    pub log: PathBuf,
    /// The superuser's password.
    pub password: String,
}

impl PrivatePostgres {
    /// The version that made the cluster; `None` when there is no cluster yet.
    pub fn major(&self) -> Option<u32> {
        fs::read_to_string(self.cluster().join("PG_VERSION")).ok()?.trim().parse().ok()
    }

    /// Whether whoever it runs as can reach its folder and its programs.
    pub fn check_reach(&self, programs: &PostgresPrograms) -> Result<(), PostgresError> {
        let Some(user) = &self.user else { return Ok(()) };
        let needed = [self.folder.parent(), programs.postgres.parent()];
        match needed.into_iter().flatten().find(|folder| !user.may_enter(folder)) {
            Some(folder) => Err(PostgresError::Closed { user: user.name.clone(), folder: folder.to_owned() }),
            None => Ok(()),
        }
    }

    /// Stops one that an earlier start left running.
    pub async fn stop_leftover(&self) -> std::io::Result<bool> {
        let cluster = self.cluster();
        leftover::stop(&cluster.join("postmaster.pid"), "postgres", &cluster, Signal::INT).await
    }

    /// Makes the cluster. It gets its name only when it is whole, so what an interrupted initdb leaves is not mistaken
    /// for one, and goes.
    pub async fn init(&self, programs: &PostgresPrograms) -> Result<(), PostgresError> {
        let unfinished = self.folder.join("cluster.new");
        let password_file = self.folder.join("password.new");
        self.make_folder().map_err(PostgresError::Folder)?;
        if unfinished.exists() {
            tracing::warn!("an earlier start was interrupted while it made the database; making it again");
            fs::remove_dir_all(&unfinished).map_err(PostgresError::Folder)?;
        }
        private_file::write(&password_file, &self.password, Readers::Owner).map_err(PostgresError::Folder)?;
        if let Some(user) = &self.user {
            user.own(&password_file).map_err(PostgresError::Folder)?;
        }

        let mut command = Command::new(&programs.initdb);
        command
            .arg("--pgdata")
            .arg(&unfinished)
            .arg("--pwfile")
            .arg(&password_file)
            .args(["--username", NAME, "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8"])
            .current_dir(&self.folder)
            .process_group(0)
            .kill_on_drop(true);
        if let Some(user) = &self.user {
            command.uid(user.uid).gid(user.gid);
        }
        let Output { status, stderr, .. } = command.output().await.map_err(PostgresError::NoInitdb)?;
        fs::remove_file(&password_file).map_err(PostgresError::Folder)?;
        if !status.success() {
            return Err(PostgresError::Init { status, words: String::from_utf8_lossy(&stderr).into_owned() });
        }
        fs::rename(unfinished, self.cluster()).map_err(PostgresError::Folder)
    }

    /// How it is started, listening on `port` of this machine alone.
    pub fn launch(&self, programs: &PostgresPrograms, port: u16) -> Launch {
        let mut arguments = vec!["-D".into(), self.cluster().into(), "-p".into(), port.to_string().into()];
        for setting in ["listen_addresses=127.0.0.1", "unix_socket_directories=", "logging_collector=off"] {
            arguments.extend(["-c".into(), setting.into()]);
        }
        Launch {
            name: "postgres",
            program: programs.postgres.clone(),
            arguments,
            folder: self.folder.clone(),
            user: self.user.clone(),
            log: self.log.clone(),
            stop_signal: Signal::INT,
        }
    }

    /// Its address.
    pub fn url(&self, port: u16) -> DatabaseUrl {
        DatabaseUrl::new(format!("postgres://{NAME}:{}@127.0.0.1:{port}/{NAME}", self.password))
    }

    /// Waits until a server that was just started answers, for as long as it lives, and sees to the database.
    pub async fn until_ready(&self, process: &mut Process, port: u16) -> Result<(), PostgresError> {
        let url = self.url(port);
        loop {
            match Postgres::database_exists(url.expose()).await {
                Ok(true) => return Ok(()),
                Ok(false) => return Postgres::create_database(url.expose()).await.map_err(PostgresError::Refused),
                Err(error) if is_starting(&error) => {}
                Err(error) => return Err(PostgresError::Refused(error)),
            }
            if let Some(status) = process.ended() {
                let words = process.last_words();
                return Err(PostgresError::Ended { status, log: self.log.clone(), words });
            }
            sleep(ASK).await;
        }
    }

    fn cluster(&self) -> PathBuf {
        self.folder.join("cluster")
    }

    fn make_folder(&self) -> std::io::Result<()> {
        if !self.folder.exists() {
            fs::DirBuilder::new().mode(0o700).create(&self.folder)?;
        }
        match &self.user {
            Some(user) => user.own(&self.folder),
            None => Ok(()),
        }
    }

    /// Whether whoever runs it can reach its folder's parent.
    pub fn can_live_in(user: Option<&User>, parent: &Path) -> bool {
        user.is_none_or(|user| user.may_enter(parent))
    }
}

/// Nothing listens yet, or what listens is not ready (57P03, `cannot_connect_now`).
fn is_starting(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => error.code().as_deref() == Some("57P03"),
        _ => false,
    }
}

/// Why the private Postgres is not there.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// Whoever it must run as may not go there.
    #[error("Postgres does not run as root but as the user {user}, who may not enter {}. Open it (chmod a+x, and the folders above it), or run as another user than root", .folder.display())]
    Closed {
        /// The user.
        user: String,
        /// The folder.
        folder: PathBuf,
    },
    /// Its folder cannot be made or changed.
    #[error("cannot make or change the database's folder")]
    Folder(#[source] std::io::Error),
    /// initdb cannot be run.
    #[error("cannot run initdb")]
    NoInitdb(#[source] std::io::Error),
    /// initdb failed.
    #[error("initdb failed ({status}):\n{words}")]
    Init {
        /// How.
        status: ExitStatus,
        /// What it printed.
        words: String,
    },
    /// It ended instead of starting.
    #[error("postgres ended at its start ({status}). The end of {}:\n{words}", .log.display())]
    Ended {
        /// How.
        status: ExitStatus,
        /// Its log.
        log: PathBuf,
        /// The end of its log.
        words: String,
    },
    /// It runs, but does not let us in.
    #[error("the private Postgres refuses us")]
    Refused(#[source] sqlx::Error),
}
