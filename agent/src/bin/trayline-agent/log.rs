//! Where the program's log goes: to stderr, and for an agent that stays to files that do not grow for ever.

mod crash;
mod rotating;

use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::writer::MakeWriterExt as _;

use crate::arguments::{Arguments, Command};
use rotating::Rotating;

/// Logs to stderr.
pub(crate) fn to_stderr(arguments: &Arguments) {
    let quiet = matches!(arguments.command, Command::Chat(_)) && io::stdin().is_terminal();
    let doctor = matches!(arguments.command, Command::Doctor);
    tracing_subscriber::fmt()
        .with_env_filter(filter(arguments.verbose, quiet || doctor))
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
}

/// Logs to files in `folder` as well, and reports crashes there.
///
/// # Errors
/// When the folder cannot be made. Then nothing is logged yet.
pub(crate) fn to_files(arguments: &Arguments, folder: &Path) -> io::Result<()> {
    let files = Mutex::new(Rotating::open(folder)?);
    tracing_subscriber::fmt()
        .with_env_filter(filter(arguments.verbose, false))
        .with_writer(io::stderr.and(files))
        .with_ansi(false)
        .init();
    crash::report_to(folder.to_owned());
    Ok(())
}

fn filter(verbose: bool, quiet: bool) -> EnvFilter {
    EnvFilter::new(match (verbose, quiet) {
        (true, _) => "agent=debug,trayline_agent=debug,async_nats=info",
        (false, true) => "error,async_nats=off",
        (false, false) => "agent=info,trayline_agent=info,async_nats=off",
    })
}
