//! One child process: started so that it goes when we go, started again when it dies, stopped in good order.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

use super::user::User;

/// The first pause before a dead child is started again; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// A child that ran so long has recovered: the next pause is the first again.
const RECOVERED: Duration = Duration::from_secs(30);

/// Logs above this size are put aside at a start.
const LOG_BYTES: u64 = 16 * 1024 * 1024;

/// How to start a child.
#[derive(Debug, Clone)]
pub struct Launch {
    /// What it is called in messages.
    pub name: &'static str,
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// The folder in which it starts.
    pub folder: PathBuf,
    /// As whom, if not as ourselves.
    pub user: Option<User>,
    /// What it prints is appended here.
    pub log: PathBuf,
    /// What asks it to stop soon, losing nothing.
    pub stop_signal: Signal,
}

/// A running child.
///
/// The kernel sends it its stop signal when the *thread* that started it ends. So it is started from the thread that
/// runs `main`, which lives as long as the process, and never from a task on a worker thread.
#[derive(Debug)]
pub struct Process {
    launch: Launch,
    child: Child,
    started: Instant,
    pause: Duration,
}

impl Process {
    /// Starts it.
    pub fn start(launch: Launch) -> Result<Self, ProcessError> {
        let child = spawn(&launch)?;
        Ok(Self { launch, child, started: Instant::now(), pause: FIRST_PAUSE })
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// The last lines of what it printed.
    pub fn last_words(&self) -> String {
        let log = std::fs::read(&self.launch.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(8)..].join("\n")
    }

    /// Starts it again whenever it dies, for as long as this is awaited. It may be dropped at any point.
    pub async fn keep_alive(&mut self) -> std::convert::Infallible {
        loop {
            let ended = self.child.wait().await;
            if self.started.elapsed() > RECOVERED {
                self.pause = FIRST_PAUSE;
            }
            let name = self.launch.name;
            match ended {
                Ok(status) => tracing::error!("{name} ended ({status}); starting it again in {:?}", self.pause),
                Err(error) => tracing::error!(%error, "{name} cannot be waited for"),
            }
            sleep(self.pause).await;
            self.pause = LONGEST_PAUSE.min(self.pause * 2);
            match spawn(&self.launch) {
                Ok(child) => {
                    self.child = child;
                    self.started = Instant::now();
                }
                Err(error) => tracing::error!(%error, "{name} cannot be started"),
            }
        }
    }

    /// Asks it to stop, and kills it if it has not after `patience`.
    pub async fn stop(mut self, patience: Duration) {
        let Some(pid) = self.child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?)) else { return };
        // It may have ended by itself in this moment.
        let _ = kill_process(pid, self.launch.stop_signal);
        if timeout(patience, self.child.wait()).await.is_err() {
            tracing::warn!("{} does not stop; killing it", self.launch.name);
            let _ = self.child.kill().await;
        }
    }
}

fn spawn(launch: &Launch) -> Result<Child, ProcessError> {
    let failed = |source| ProcessError { program: launch.program.clone(), source };
    let log = open_log(&launch.log).map_err(failed)?;
    let errors = log.try_clone().map_err(failed)?;

    let mut command = match set_death_signal() {
        Some(setpriv) => {
            let mut command = Command::new(setpriv);
            command.arg("--pdeathsig").arg(signal_name(launch.stop_signal)).arg("--").arg(&launch.program);
            command
        }
        None => Command::new(&launch.program),
    };
    command
        .args(&launch.arguments)
        .current_dir(&launch.folder)
        .env_clear()
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .stdout(log)
        .stderr(errors)
        // A Ctrl-C in the terminal is for us; we stop our children in order.
        .process_group(0);
    if let Some(user) = &launch.user {
        command.uid(user.uid).gid(user.gid);
    }
    command.spawn().map_err(failed)
}

/// `setpriv` of util-linux, which is on every Linux of ours. Without it, what a killed `up` leaves behind is stopped by
/// the next one.
fn set_death_signal() -> Option<&'static Path> {
    ["/usr/bin/setpriv", "/bin/setpriv"].into_iter().map(Path::new).find(|program| program.is_file())
}

fn signal_name(signal: Signal) -> &'static str {
    match signal {
        Signal::INT => "INT",
        _ => "TERM",
    }
}

fn open_log(log: &Path) -> std::io::Result<std::fs::File> {
    if std::fs::metadata(log).is_ok_and(|found| found.len() > LOG_BYTES) {
        std::fs::rename(log, log.with_extension("log.1"))?;
    }
    OpenOptions::new().create(true).append(true).open(log)
}

/// A child could not be started.
#[derive(Debug, thiserror::Error)]
#[error("cannot start {}", .program.display())]
pub struct ProcessError {
    program: PathBuf,
    source: std::io::Error,
}
