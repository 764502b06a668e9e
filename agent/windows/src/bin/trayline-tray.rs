//! Starts `trayline-agent tray` without a console's window, when a person signs in to Windows. Arguments are passed on.

#![cfg_attr(windows, windows_subsystem = "windows")]

use std::io::{self, Write as _};
use std::process::{Command, ExitCode, Stdio};

/// The process has a console, which nobody sees.
#[cfg(windows)]
const CREATE_NO_WINDOW: u32 = 0x0800_0000;

fn main() -> ExitCode {
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to tell when stderr is closed.
            _ = writeln!(io::stderr(), "trayline-tray: trayline-agent beside it cannot be started: {error}");
            ExitCode::FAILURE
        }
    }
}

fn start() -> io::Result<()> {
    let agent = std::env::current_exe()?.with_file_name(format!("trayline-agent{}", std::env::consts::EXE_SUFFIX));
    let mut command = Command::new(agent);
    command.arg("tray").args(std::env::args_os().skip(1));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(windows)]
    std::os::windows::process::CommandExt::creation_flags(&mut command, CREATE_NO_WINDOW);
    command.spawn().map(|_| ())
}
