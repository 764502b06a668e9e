//! Servers that a killed `trayline up` left running.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::time::{Instant, sleep};

/// How long a leftover may take to stop before it is killed.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often it is looked at. It is no child of ours, so nobody tells us.
const LOOK: Duration = Duration::from_millis(25);

/// Stops the process whose number stands in the first line of `pid_file`, if it is still the `program` that wrote it and
/// works in `folder`; else removes the stale file. Says whether one was running.
pub async fn stop(pid_file: &Path, program: &str, folder: &Path, stop_signal: Signal) -> std::io::Result<bool> {
    let Ok(text) = fs::read_to_string(pid_file) else { return Ok(false) };
    let pid = text.lines().next().and_then(|line| line.trim().parse().ok()).and_then(Pid::from_raw);
    let Some(pid) = pid.filter(|pid| is_ours(*pid, program, folder)) else {
        fs::remove_file(pid_file)?;
        return Ok(false);
    };

    tracing::warn!(process = program, pid = pid.as_raw_pid(), "stopping what an earlier start left running");
    let _ = kill_process(pid, stop_signal);
    let deadline = Instant::now() + PATIENCE;
    while is_ours(pid, program, folder) {
        if Instant::now() > deadline {
            let _ = kill_process(pid, Signal::KILL);
        }
        sleep(LOOK).await;
    }
    Ok(true)
}

/// A number alone proves nothing: it may have been given to another process since.
fn is_ours(pid: Pid, program: &str, folder: &Path) -> bool {
    let process = Path::new("/proc").join(pid.as_raw_pid().to_string());
    let runs = fs::read_link(process.join("exe"));
    let works_in = fs::read_link(process.join("cwd"));
    let same_program = runs.is_ok_and(|runs| {
        // The kernel marks a program whose file was replaced since.
        let name = runs.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.trim_end_matches(" (deleted)") == program
    });
    same_program && works_in.is_ok_and(|works_in| folder.canonicalize().is_ok_and(|folder| works_in == folder))
}
