//! What a resident agent is started with, and where its files are.

use std::io;
use std::path::{Path, PathBuf};

use agent::{AgentSettings, Identity};

use crate::arguments::TrayArguments;
use crate::environment::Environment;

/// What a resident agent is started with.
pub(crate) struct ResidentSettings {
    /// How the agent is started.
    pub(crate) agent: AgentSettings,
    /// Where the session's lock and socket are.
    pub(crate) runtime_folder: PathBuf,
    /// Which session of the person this is: its screen.
    pub(crate) session_name: String,
    /// The window's program.
    pub(crate) window: PathBuf,
    /// Whether the chat opens at once.
    pub(crate) open: bool,
}

impl ResidentSettings {
    /// `folder` is the person's. Each of their sessions has a folder below it, with an outbox of its own, and takes over what
    /// a session left that is gone.
    pub(crate) fn new(
        arguments: TrayArguments,
        identity: Identity,
        folder: &Path,
        environment: &Environment,
    ) -> io::Result<Self> {
        let window = match arguments.window {
            Some(program) => program,
            None => std::env::current_exe()?.with_file_name(format!("trayline-chat{}", std::env::consts::EXE_SUFFIX)),
        };
        let ours = session_folder(folder, environment);
        let mut adopted_folders = outbox_folders(folder);
        adopted_folders.retain(|other| *other != ours);
        let session_user = environment.session_user();
        Ok(Self {
            agent: AgentSettings { session_user, adopted_folders, ..AgentSettings::new(identity, ours) },
            runtime_folder: environment.runtime_folder().unwrap_or_else(|| folder.to_owned()),
            session_name: environment.session_name(),
            window,
            open: arguments.open,
        })
    }
}

/// Where the files of this session are, below the person's.
pub(crate) fn session_folder(folder: &Path, environment: &Environment) -> PathBuf {
    folder.join(SESSIONS).join(environment.session_name())
}

/// Every folder of the person in which an outbox may be: that of the programs without a session, and each session's.
pub(crate) fn outbox_folders(folder: &Path) -> Vec<PathBuf> {
    let sessions = folder.join(SESSIONS).read_dir().into_iter().flatten();
    let sessions = sessions.filter_map(Result::ok).map(|entry| entry.path());
    std::iter::once(folder.to_owned()).chain(sessions).collect()
}

const SESSIONS: &str = "sessions";
