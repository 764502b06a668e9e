//! A process that the benchmark started, stopped when dropped.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// How long a process may take to stop when it is told to; then it is killed.
const PATIENCE: Duration = Duration::from_secs(15);

/// A running process.
pub(super) struct Process {
    child: Child,
    stop: Signal,
}

impl Process {
    /// Starts `command`, whose output goes to `{name}.log` in `folder`. `stop` is the signal that ends it.
    pub(super) fn start(name: &str, command: &mut Command, folder: &Path, stop: Signal) -> Self {
        let output = File::create(folder.join(format!("{name}.log"))).expect("a file");
        let child = command
            .stdin(Stdio::null())
            .stdout(output.try_clone().expect("a handle"))
            .stderr(output)
            .spawn()
            .unwrap_or_else(|error| panic!("{name} does not start: {error}"));
        Self { child, stop }
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = kill_process(Pid::from_child(&self.child), self.stop);
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs `command` to its end and gives what it printed.
pub(super) fn output_of(command: &mut Command) -> String {
    let program = command.get_program().to_owned();
    let output = command.output().unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} failed: {errors}", program.display());
    String::from_utf8(output.stdout).expect("text")
}
