//! Our own programs as real processes, for tests that kill them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::eventually;

/// A program with its arguments and environment, which can be run, killed and run again. Killed when dropped.
pub struct Program {
    path: PathBuf,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    output: PathBuf,
    process: Option<Child>,
}

impl Program {
    /// The program `name` of this workspace, such as `trayline`; its output is added to the file `output`.
    #[must_use]
    pub fn new(name: &str, arguments: &[&str], output: &Path) -> Self {
        Self {
            path: built(name),
            arguments: arguments.iter().map(ToString::to_string).collect(),
            environment: Vec::new(),
            output: output.to_owned(),
            process: None,
        }
    }

    /// With these variables in its environment.
    #[must_use]
    pub fn with(mut self, environment: &[(String, String)]) -> Self {
        self.environment.extend_from_slice(environment);
        self
    }

    /// Starts it.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start(&mut self) {
        let output = std::fs::OpenOptions::new().create(true).append(true).open(&self.output).expect("a file");
        let mut command = self.command();
        command.stdin(Stdio::null()).stdout(output.try_clone().expect("a handle")).stderr(output);
        self.process = Some(command.spawn().expect("started"));
    }

    /// Runs it to its end and gives what it printed.
    ///
    /// # Panics
    /// When it fails.
    #[must_use]
    pub fn run(&self) -> String {
        let output = self.command().stdin(Stdio::null()).stderr(Stdio::inherit()).output().expect("started");
        assert!(output.status.success(), "{} {:?} failed", self.path.display(), self.arguments);
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// Its process id.
    ///
    /// # Panics
    /// When it was not started.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.as_ref().expect("it was started").id()
    }

    /// Tells it to stop, as by SIGTERM.
    ///
    /// # Panics
    /// When it was not started.
    pub fn tell_to_stop(&self) {
        let process = self.process.as_ref().expect("it was started");
        // It may have ended already.
        let _ = kill_process(Pid::from_child(process), Signal::TERM);
    }

    /// Waits until it has ended by itself, and says whether it ended well.
    ///
    /// # Panics
    /// When it was not started, or does not end.
    pub async fn ended(&mut self) -> bool {
        let process = self.process.as_mut().expect("it was started");
        let mut status = None;
        eventually("the process ends", async || {
            status = process.try_wait().expect("it is ours");
            status.is_some()
        })
        .await;
        status.is_some_and(|status| status.success())
    }

    /// Kills it, as by `kill -9`.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// What would start it, for those who need its pipes.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.args(&self.arguments).envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Where cargo put a program of this workspace: beside the folder of this test.
fn built(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("this test's path");
    let folder = test.parent().filter(|folder| folder.file_name() != Some(OsStr::new("deps")));
    let folder = folder.or_else(|| test.parent().and_then(Path::parent)).expect("a target folder");
    let path = folder.join(name);
    assert!(path.exists(), "{} is not built; run `make test`", path.display());
    path
}
