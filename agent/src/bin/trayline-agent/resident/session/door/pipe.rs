//! A door that is a named pipe. Names of pipes are the machine's; numbers of sessions are too.

use std::io;
use std::path::Path;

use tokio::net::windows::named_pipe::{ClientOptions, NamedPipeServer, ServerOptions};

/// Windows says it of somebody who came and went before they were heard.
const ERROR_NO_DATA: i32 = 232;

/// Open while it lives.
pub(crate) struct Door(NamedPipeServer);

impl Door {
    /// Opens it. Windows lets this person and administrators write to it; nobody else can knock.
    pub(crate) fn open(_: &Path, name: &str) -> io::Result<Self> {
        let mut options = ServerOptions::new();
        options.access_outbound(false).first_pipe_instance(true).reject_remote_clients(true);
        options.create(path(name)).map(Self)
    }

    /// Waits until somebody knocks. Nothing is lost when the future is dropped.
    pub(crate) async fn knocked(&self) -> io::Result<()> {
        match self.0.connect().await {
            Err(error) if error.raw_os_error() != Some(ERROR_NO_DATA) => Err(error),
            // For the next one. Whoever finds the door taken knocks again.
            _ => self.0.disconnect(),
        }
    }
}

/// Knocks at another process's door.
pub(crate) async fn knock(_: &Path, name: &str) -> io::Result<()> {
    ClientOptions::new().read(false).open(path(name)).map(|_| ())
}

fn path(name: &str) -> String {
    format!(r"\\.\pipe\trayline-agent-{name}")
}
