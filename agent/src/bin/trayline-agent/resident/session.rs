//! One resident agent per session of a person: a lock that the system releases with the process, and a socket on which
//! a second start asks the first one to open the chat.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tokio::net::{UnixListener, UnixStream};

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
    listener: UnixListener,
    socket: PathBuf,
    _lock: File,
}

impl Session {
    /// Claims the session `name` for this process. `folder` is the person's own; nobody else can write there.
    pub(crate) async fn claim(folder: &Path, name: &str) -> Result<Claim, SessionError> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(SessionError::Folder)?;
        let lock = path(folder, name, "lock");
        let lock = OpenOptions::new().create(true).append(true).open(lock).map_err(SessionError::Folder)?;
        let socket = path(folder, name, "socket");
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return ask(&socket).await.map(|()| Claim::Asked),
            Err(TryLockError::Error(error)) => return Err(SessionError::Folder(error)),
        }
        // Whoever left it is gone: the lock is ours.
        match fs::remove_file(&socket) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(SessionError::Folder(error)),
            _ => {}
        }
        let listener = UnixListener::bind(&socket).map_err(SessionError::Folder)?;
        Ok(Claim::Ours(Self { listener, socket, _lock: lock }))
    }

    /// Waits until a second start asks for the chat. Nothing is lost when the future is dropped.
    pub(crate) async fn asked(&self) {
        loop {
            match self.listener.accept().await {
                Ok(_) => return,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "a second start could not be heard");
                    tokio::time::sleep(AGAIN_AFTER).await;
                }
            }
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // The next one removes it when we could not.
        _ = fs::remove_file(&self.socket);
    }
}

/// Whether the session `name` has an agent.
pub(crate) fn is_running(folder: &Path, name: &str) -> bool {
    let lock = OpenOptions::new().append(true).open(path(folder, name, "lock"));
    lock.is_ok_and(|lock| matches!(lock.try_lock(), Err(TryLockError::WouldBlock)))
}

fn path(folder: &Path, name: &str, kind: &str) -> PathBuf {
    folder.join(format!("trayline-agent-{name}.{kind}"))
}

async fn ask(socket: &Path) -> Result<(), SessionError> {
    let until = Instant::now() + PATIENCE;
    loop {
        match UnixStream::connect(socket).await {
            Ok(_) => return Ok(()),
            Err(error) if Instant::now() >= until => return Err(SessionError::Silent(error)),
            Err(_) => tokio::time::sleep(AGAIN_AFTER).await,
        }
    }
}

/// Why the session could not be claimed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    /// The lock or the socket cannot be made.
    #[error("the session's lock or socket cannot be made")]
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

    #[tokio::test]
    async fn what_a_killed_agent_left_is_in_nobodys_way() {
        let folder = tempfile::tempdir().unwrap();
        drop(UnixListener::bind(folder.path().join("trayline-agent-x0.socket")).unwrap());
        drop(claim(folder.path(), "x0").await.unwrap());
        assert!(claim(folder.path(), "x0").await.is_some());
    }
}
