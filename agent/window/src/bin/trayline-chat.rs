//! The chat window, started by the resident agent.

// On Windows it is not a console's program.
#![cfg_attr(windows, windows_subsystem = "windows")]

use std::io::{self, Write as _};
use std::process::ExitCode;

fn main() -> ExitCode {
    match window::session::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to tell when stderr is closed.
            _ = writeln!(io::stderr(), "trayline-chat: {error}");
            ExitCode::FAILURE
        }
    }
}
