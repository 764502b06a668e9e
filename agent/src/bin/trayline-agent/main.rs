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
use std::path::PathBuf;
use std::process::ExitCode;

use agent::{AgentSettings, Enrolment, Identity};
use anyhow::Context as _;
use broker_config::Line;
use clap::Parser as _;
use tracing_subscriber::EnvFilter;

use arguments::{Arguments, Command, EnrolArguments, TrayArguments};
use environment::Environment;
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
            let identity = Identity::load(&folder)?;
            runtime.block_on(run::run(options, identity, folder, environment.session_user()))
        }
        Command::Tray(options) => {
            let settings = resident_settings(options, folder, environment)?;
            runtime.block_on(resident::resident(settings))
        }
        Command::Chat(options) => {
            let identity = Identity::load(&folder)?;
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

fn resident_settings(
    arguments: TrayArguments,
    folder: PathBuf,
    environment: &Environment,
) -> anyhow::Result<ResidentSettings> {
    let window = match arguments.window {
        Some(program) => program,
        None => std::env::current_exe()?.with_file_name(format!("trayline-chat{}", std::env::consts::EXE_SUFFIX)),
    };
    let identity = Identity::load(&folder)?;
    let session_user = environment.session_user();
    Ok(ResidentSettings {
        runtime_folder: environment.runtime_folder().unwrap_or_else(|| folder.clone()),
        agent: AgentSettings { session_user, ..AgentSettings::new(identity, folder) },
        session_name: environment.session_name(),
        window,
        open: arguments.open,
    })
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
