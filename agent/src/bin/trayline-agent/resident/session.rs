//! One resident agent per session of a person: a lock that the system releases with the process, and a door at which a
//! second start asks the first one to open the chat.

mod door;

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use door::{Door, knock};

/// How long a second start waits for the first one, which may be starting itself.
const PATIENCE: Duration = Duration::from_secs(5);

/// The pause between its attempts.
const AGAIN_AFTER: Duration = Duration::from_millis(50);

/// What became of the attempt to be this session's agent.
pub(crate) enum Claim {
    /// This process is it.
    Ours(Session),
    /// Another one is, and has been asked to open the chat.
    Asked,
}

/// This session, held by this process.
pub(crate) struct Session {
    door: Door,
    _lock: File,
}

impl Session {
    /// Claims the session `name` for this process. `folder` is the person's own; nobody else can write there.
    pub(crate) async fn claim(folder: &Path, name: &str) -> Result<Claim, SessionError> {
        make_folder(folder).map_err(SessionError::Folder)?;
        let lock = lock_file().create(true).open(path(folder, name)).map_err(SessionError::Folder)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return ask(folder, name).await.map(|()| Claim::Asked),
            Err(TryLockError::Error(error)) => return Err(SessionError::Folder(error)),
        }
        // Whoever left a door there is gone: the lock is ours.
        let door = Door::open(folder, name).map_err(SessionError::Folder)?;
        Ok(Claim::Ours(Self { door, _lock: lock }))
    }

    /// Waits until a second start asks for the chat. Nothing is lost when the future is dropped.
    pub(crate) async fn asked(&self) {
        while let Err(error) = self.door.knocked().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "a second start could not be heard");
            tokio::time::sleep(AGAIN_AFTER).await;
        }
    }
}

/// Whether the session `name` has an agent.
pub(crate) fn is_running(folder: &Path, name: &str) -> bool {
    let lock = lock_file().open(path(folder, name));
    lock.is_ok_and(|lock| matches!(lock.try_lock(), Err(TryLockError::WouldBlock)))
}

fn path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("trayline-agent-{name}.lock"))
}

/// Windows locks no file that is opened for appending alone.
fn lock_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).append(true);
    options
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

async fn ask(folder: &Path, name: &str) -> Result<(), SessionError> {
    let until = Instant::now() + PATIENCE;
    loop {
        match knock(folder, name).await {
            Ok(()) => return Ok(()),
            Err(error) if Instant::now() >= until => return Err(SessionError::Silent(error)),
            Err(_) => tokio::time::sleep(AGAIN_AFTER).await,
        }
    }
}

/// Why the session could not be claimed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    /// The lock or the door cannot be made.
    #[error("the session's lock or its door cannot be made")]
    Folder(#[source] io::Error),
    /// Another agent has the session and does not answer.
    #[error("another trayline-agent has this session and does not answer")]
    Silent(#[source] io::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn claim(folder: &Path, name: &str) -> Option<Session> {
        match Session::claim(folder, name).await.unwrap() {
            Claim::Ours(session) => Some(session),
            Claim::Asked => None,
        }
    }

    #[tokio::test]
    async fn a_second_start_asks_the_first_one_and_another_session_has_its_own() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_running(folder.path(), "x0"));
        let first = claim(folder.path(), "x0").await.unwrap();
        assert!(is_running(folder.path(), "x0") && !is_running(folder.path(), "x1"));
        assert!(claim(folder.path(), "x0").await.is_none());
        first.asked().await;
        assert!(claim(folder.path(), "x1").await.is_some());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn what_a_killed_agent_left_is_in_nobodys_way() {
        let folder = tempfile::tempdir().unwrap();
        drop(std::os::unix::net::UnixListener::bind(folder.path().join("trayline-agent-x0.socket")).unwrap());
        drop(claim(folder.path(), "x0").await.unwrap());
        assert!(claim(folder.path(), "x0").await.is_some());
    }
}
