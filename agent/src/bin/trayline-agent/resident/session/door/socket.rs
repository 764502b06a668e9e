//! A door that is a socket in the person's folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixStream};

/// Open while it lives.
pub(crate) struct Door {
    listener: UnixListener,
    path: PathBuf,
}

impl Door {
    /// Opens it, whatever is left of an earlier one. Nobody else may have the session.
    pub(crate) fn open(folder: &Path, name: &str) -> io::Result<Self> {
        let path = path(folder, name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        Ok(Self { listener: UnixListener::bind(&path)?, path })
    }

    /// Waits until somebody knocks. Nothing is lost when the future is dropped.
    pub(crate) async fn knocked(&self) -> io::Result<()> {
        self.listener.accept().await.map(|_| ())
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        // The next one removes it when we could not.
        _ = fs::remove_file(&self.path);
    }
}

/// Knocks at another process's door.
pub(crate) async fn knock(folder: &Path, name: &str) -> io::Result<()> {
    UnixStream::connect(path(folder, name)).await.map(|_| ())
}

fn path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("trayline-agent-{name}.socket"))
}
