//! The folder in which `trayline up` keeps everything, and what it remembers there.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rand::RngExt;
use rand::distr::Alphanumeric;
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::private_file::{self, Readers};
use crate::supervise::postgres::PrivatePostgres;
use crate::supervise::user::User;

/// The layout of the folder. Raised when an older version of the program could not use it.
const LAYOUT: u32 = 1;

/// Where Postgres lives when it may not enter the folder.
const ELSEWHERE: &str = "/var/lib/trayline";

/// How long a process that was just killed may hold the lock: the kernel lets go of it when it has cleaned up.
const LAST_BREATH: Duration = Duration::from_secs(1);

/// What lies in the folder before anything is remembered, so a start that was interrupted there can go on.
const BEFORE_STATE: [&str; 3] = ["trayline.pid", "state.json.new", "logs"];

/// The folder, locked for this process.
#[derive(Debug)]
pub struct DataDirectory {
    path: PathBuf,
    /// What is remembered.
    pub state: State,
    // Holds the lock.
    _lock: File,
}

/// What is remembered between starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    layout: u32,
    /// Tells this folder from others on the machine.
    pub instance: String,
    /// The password of the private Postgres.
    pub postgres_password: String,
    /// The password of the demo's technicians.
    pub demo_password: String,
    /// The broker's port, once it has one.
    pub broker_port: Option<u16>,
    /// Postgres' port, once it has one.
    pub postgres_port: Option<u16>,
    /// Postgres' folder, once its cluster is made; relative when it is in the data directory.
    pub postgres_folder: Option<PathBuf>,
    /// Whether the demo data is whole.
    pub demo_filled: bool,
}

impl DataDirectory {
    /// Opens the folder, which is made if need be, and keeps every other `trayline up` out of it.
    pub fn open(path: &Path) -> Result<Self, DataDirectoryError> {
        let failed = |source| DataDirectoryError::Unusable { path: path.to_owned(), source };
        // Postgres' user must be able to pass through when we are root. Secrets below have a mode of their own.
        let mode = if rustix::process::geteuid().is_root() { 0o711 } else { 0o700 };
        if !path.exists() {
            DirBuilder::new().recursive(true).mode(mode).create(path).map_err(failed)?;
        }
        let path = path.canonicalize().map_err(failed)?;
        // Nothing is put into a folder before it is known to be ours.
        if State::read(&path)?.is_none() && !is_empty(&path).map_err(failed)? {
            return Err(DataDirectoryError::SomethingElse(path));
        }
        let lock = lock(&path)?;
        let state = State::read(&path)?.unwrap_or_else(State::new);
        let directory = Self { path, state, _lock: lock };
        fs::set_permissions(&directory.path, fs::Permissions::from_mode(mode)).map_err(failed)?;
        fs::create_dir_all(directory.path.join("logs")).map_err(failed)?;
        directory.remember()?;
        Ok(directory)
    }

    /// Writes down what is remembered.
    pub fn remember(&self) -> Result<(), DataDirectoryError> {
        let text = format!("{:#}\n", serde_json::json!(self.state));
        private_file::write(&self.path.join("state.json"), &text, Readers::Owner)
            .map_err(|source| DataDirectoryError::Unusable { path: self.path.clone(), source })
    }

    /// Writes down how other processes reach the private servers: `trayline --config FILE doctor`. Gives the file.
    pub fn write_settings(&self, config: &Config) -> Result<PathBuf, DataDirectoryError> {
        let file = self.path.join("trayline.toml");
        let text = format!(
            "# Written at every start of `trayline up`, for other commands: trayline --config {file} doctor\n\
             [database]\nurl = {url:?}\n\n[broker]\nurls = {urls:?}\ncredentials = {credentials:?}\n",
            file = file.display(),
            url = config.database.url.expose(),
            urls = config.broker.urls,
            credentials = config.broker.credentials.display().to_string(),
        );
        private_file::write(&file, &text, Readers::Owner)
            .map_err(|source| DataDirectoryError::Unusable { path: file.clone(), source })?;
        Ok(file)
    }

    /// The log of one of our processes.
    pub fn log(&self, name: &str) -> PathBuf {
        self.path.join("logs").join(format!("{name}.log"))
    }

    /// The broker's folder.
    pub fn broker(&self) -> PathBuf {
        self.path.join("broker")
    }

    /// The folder of the simulated device.
    pub fn device(&self) -> PathBuf {
        self.path.join("device")
    }

    /// Remembers where Postgres' folder is: by its place in here if it is in here, so that all of it can be moved.
    pub fn remember_postgres(&mut self, folder: &Path) -> Result<(), DataDirectoryError> {
        self.state.postgres_folder = Some(folder.strip_prefix(&self.path).unwrap_or(folder).to_owned());
        self.remember()
    }

    /// Postgres' folder: in here, unless it runs as a user who may not come here.
    pub fn postgres(&self, user: Option<&User>) -> Result<PathBuf, DataDirectoryError> {
        if let Some(folder) = &self.state.postgres_folder {
            let folder = self.path.join(folder);
            let is_there = folder.join("cluster").exists();
            return if is_there { Ok(folder) } else { Err(DataDirectoryError::DatabaseGone(folder)) };
        }
        if PrivatePostgres::can_live_in(user, &self.path) {
            return Ok(self.path.join("postgres"));
        }
        DirBuilder::new()
            .recursive(true)
            .mode(0o755)
            .create(ELSEWHERE)
            .map_err(|source| DataDirectoryError::Unusable { path: PathBuf::from(ELSEWHERE), source })?;
        let folder = Path::new(ELSEWHERE).join(&self.state.instance);
        // For `make clean`.
        private_file::write_changed(
            &self.path.join("postgres-directory"),
            &format!("{}\n", folder.display()),
            Readers::All,
        )
        .map_err(|source| DataDirectoryError::Unusable { path: self.path.clone(), source })?;
        Ok(folder)
    }
}

impl State {
    fn new() -> Self {
        Self {
            layout: LAYOUT,
            instance: random(12).to_lowercase(),
            postgres_password: random(32),
            demo_password: random(10).to_lowercase(),
            broker_port: None,
            postgres_port: None,
            postgres_folder: None,
            demo_filled: false,
        }
    }

    fn read(path: &Path) -> Result<Option<Self>, DataDirectoryError> {
        let file = path.join("state.json");
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(DataDirectoryError::Unusable { path: file, source }),
        };
        let damaged = |source| DataDirectoryError::Damaged { file: file.clone(), source };
        let value: serde_json::Value = serde_json::from_str(&text).map_err(damaged)?;
        if value["layout"].as_u64().is_some_and(|layout| layout > u64::from(LAYOUT)) {
            return Err(DataDirectoryError::Newer(path.to_owned()));
        }
        serde_json::from_value(value).map(Some).map_err(damaged)
    }
}

fn lock(path: &Path) -> Result<File, DataDirectoryError> {
    let file = path.join("trayline.pid");
    let failed = |source| DataDirectoryError::Unusable { path: file.clone(), source };
    let lock = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&file).map_err(failed)?;
    let deadline = Instant::now() + LAST_BREATH;
    loop {
        match lock.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => std::thread::sleep(LAST_BREATH / 20),
            Err(TryLockError::WouldBlock) => {
                let pid = fs::read_to_string(&file).unwrap_or_default().trim().to_owned();
                return Err(DataDirectoryError::InUse { path: path.to_owned(), pid });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
    }
    fs::write(&file, format!("{}\n", std::process::id())).map_err(failed)?;
    Ok(lock)
}

fn is_empty(path: &Path) -> std::io::Result<bool> {
    for entry in fs::read_dir(path)? {
        if !BEFORE_STATE.iter().any(|name| entry.as_ref().is_ok_and(|entry| entry.file_name() == *name)) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn random(length: usize) -> String {
    rand::rng().sample_iter(Alphanumeric).take(length).map(char::from).collect()
}

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataDirectoryError {
    /// It cannot be made, read or written.
    #[error("cannot use {}", .path.display())]
    Unusable {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another process runs in it.
    #[error("trayline up is running in {} already (process {pid}). Stop it, or choose another folder with --data-dir", .path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
        /// Which process.
        pid: String,
    },
    /// It holds other things.
    #[error("{} is not empty and no folder of Trayline's. Choose another with --data-dir", .0.display())]
    SomethingElse(PathBuf),
    /// A newer version made it.
    #[error("{} was made by a newer version of Trayline. Use that version, or choose another folder with --data-dir", .0.display())]
    Newer(PathBuf),
    /// What it remembers cannot be read.
    #[error("{} is damaged. Put it back from a backup, or remove its folder to begin anew", .file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// The database's folder is missing.
    #[error("the database that belongs to this folder is gone: there is no cluster in {}. Put it back from a backup, or remove the data directory to begin anew", .0.display())]
    DatabaseGone(PathBuf),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_there_at_the_next_start_and_nobody_else_gets_in_meanwhile() {
        let top = tempfile::tempdir().unwrap();
        let path = top.path().join("data");
        let mut first = DataDirectory::open(&path).unwrap();
        first.state.broker_port = Some(4222);
        first.remember().unwrap();
        assert!(matches!(DataDirectory::open(&path), Err(DataDirectoryError::InUse { .. })));
        let state = first.state.clone();
        drop(first);
        assert_eq!(DataDirectory::open(&path).unwrap().state, state);
    }

    #[test]
    fn other_peoples_newer_and_damaged_folders_are_left_alone() {
        let top = tempfile::tempdir().unwrap();
        let path = top.path().canonicalize().unwrap();
        fs::write(path.join("thesis.tex"), "").unwrap();
        assert!(matches!(DataDirectory::open(&path), Err(DataDirectoryError::SomethingElse(_))));
        fs::write(path.join("state.json"), r#"{"layout": 2, "moons": 3}"#).unwrap();
        assert!(matches!(DataDirectory::open(&path), Err(DataDirectoryError::Newer(_))));
        fs::write(path.join("state.json"), r#"{"layout": 1"#).unwrap();
        assert!(matches!(DataDirectory::open(&path), Err(DataDirectoryError::Damaged { .. })));
    }

    #[test]
    fn a_database_that_vanished_is_not_silently_made_anew_and_one_that_was_moved_is_found() {
        let top = tempfile::tempdir().unwrap();
        let (from, to) = (top.path().join("from"), top.path().join("to"));
        let mut directory = DataDirectory::open(&from).unwrap();
        let folder = directory.postgres(None).unwrap();
        directory.remember_postgres(&folder).unwrap();
        assert!(matches!(directory.postgres(None), Err(DataDirectoryError::DatabaseGone(_))));
        fs::create_dir_all(folder.join("cluster")).unwrap();
        assert_eq!(directory.postgres(None).unwrap(), folder);
        drop(directory);
        fs::rename(&from, &to).unwrap();
        let directory = DataDirectory::open(&to).unwrap();
        assert_eq!(directory.postgres(None).unwrap(), directory.path.join("postgres"));
    }
}
