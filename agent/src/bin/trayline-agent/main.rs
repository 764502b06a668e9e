//! `trayline-agent`: the device's side of Trayline without a window.

mod arguments;
mod chat;
mod environment;
mod input;
mod json;
mod plain;
mod resident;
mod run;
mod terminal;

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use agent::{Enrolment, Identity, IdentityError};
use anyhow::Context as _;
use broker_config::Line;
use clap::Parser as _;
use tracing_subscriber::EnvFilter;

use arguments::{Arguments, Command, EnrolArguments};
use environment::{Environment, SYSTEM_FOLDER};
use resident::ResidentSettings;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let environment = Environment::read();
    log_to_stderr(&arguments);
    match start(arguments, &environment) {
        Ok(code) => code,
        Err(error) => {
            // Nothing is left to tell when stderr is closed.
            _ = writeln!(std::io::stderr(), "trayline-agent: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start(arguments: Arguments, environment: &Environment) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let folder = match arguments.state_dir {
        Some(folder) => folder,
        None => environment.state_folder().context("no home folder; name one with --state-dir")?,
    };
    let code = match arguments.command {
        Command::Enrol(enrolment) => runtime.block_on(enrol(enrolment, folder, environment)),
        Command::Run(options) => {
            let identity = identity(&folder)?;
            runtime.block_on(run::run(options, identity, folder, environment.session_user()))
        }
        Command::Tray(options) => {
            let settings = ResidentSettings::new(options, identity(&folder)?, &folder, environment)?;
            runtime.block_on(resident::resident(settings))
        }
        Command::Chat(options) => {
            let identity = identity(&folder)?;
            runtime.block_on(chat::chat(options, identity, folder, environment.session_user()))
        }
    };
    // A thread may still be waiting for a line from the terminal.
    runtime.shutdown_background();
    code
}

async fn enrol(arguments: EnrolArguments, folder: PathBuf, environment: &Environment) -> anyhow::Result<ExitCode> {
    let name = match arguments.name {
        Some(name) => name,
        None => environment.host_name().context("this machine has no name; give one with --name")?,
    };
    if arguments.server.starts_with("http://") {
        tracing::warn!("the enrolment key travels unencrypted; use https outside of tests");
    }
    let enrolment = Enrolment {
        server: arguments.server,
        key: arguments.key,
        name: Line::new(name).context("the device's name")?,
        certificate_authority: arguments.certificate_authority,
    };
    let identity = agent::enrol(enrolment, folder).await?;
    writeln!(std::io::stdout(), "{}", identity.asset_id)?;
    Ok(ExitCode::SUCCESS)
}

/// Who this device is: as the person enrolled it for themselves, else as it was installed for everybody.
fn identity(folder: &Path) -> Result<Identity, IdentityError> {
    match Identity::load(folder) {
        Err(IdentityError::NotEnrolled(_)) => Identity::load(Path::new(SYSTEM_FOLDER)).map_err(|error| match error {
            IdentityError::NotEnrolled(_) => IdentityError::NotEnrolled(folder.to_owned()),
            error => error,
        }),
        loaded => loaded,
    }
}

fn log_to_stderr(arguments: &Arguments) {
    let quiet = matches!(arguments.command, Command::Chat(_)) && std::io::stdin().is_terminal();
    let default = match (arguments.verbose, quiet) {
        (true, _) => "agent=debug,trayline_agent=debug,async_nats=info",
        (false, true) => "error,async_nats=off",
        (false, false) => "agent=info,trayline_agent=info,async_nats=off",
    };
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(default))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
}
