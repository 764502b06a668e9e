//! `trayline-agent`: the device's side of Trayline without a window.

mod arguments;
mod chat;
mod doctor;
mod enrolment;
mod environment;
mod input;
mod install;
mod json;
mod log;
mod plain;
mod resident;
mod run;
mod terminal;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use agent::{Identity, IdentityError, Proxy};
use anyhow::Context as _;
use clap::Parser as _;

use arguments::{Arguments, Command};
use environment::Environment;
use resident::ResidentSettings;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let environment = Environment::read();
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
    let folder = match arguments.state_dir.clone() {
        Some(folder) => folder,
        None => environment.state_folder().context("no home folder; name one with --state-dir")?,
    };
    start_log(&arguments, &folder, environment);
    let proxy = arguments.proxy;
    let code = match arguments.command {
        Command::Enrol(options) => runtime.block_on(enrolment::enrol(options, proxy, folder, environment)),
        Command::Install(options) => runtime.block_on(install::install(options, proxy, environment)),
        Command::Uninstall(options) => install::uninstall(&options, environment),
        Command::Rotate(options) => {
            runtime.block_on(enrolment::rotate(&options, identity(&folder, proxy, environment)?))
        }
        Command::Doctor => {
            runtime.block_on(doctor::doctor(identity(&folder, proxy, environment), &folder, environment))
        }
        Command::Run(options) => {
            let identity = identity(&folder, proxy, environment)?;
            runtime.block_on(run::run(options, identity, folder, environment.session_user()))
        }
        Command::Tray(options) => {
            let settings =
                ResidentSettings::new(options, identity(&folder, proxy, environment)?, &folder, environment)?;
            runtime.block_on(resident::resident(settings))
        }
        Command::Chat(options) => {
            let identity = identity(&folder, proxy, environment)?;
            runtime.block_on(chat::chat(options, identity, folder, environment.session_user()))
        }
    };
    // A thread may still be waiting for a line from the terminal.
    runtime.shutdown_background();
    code
}

/// An agent that stays logs to files; where it cannot, it goes on all the same.
fn start_log(arguments: &Arguments, folder: &Path, environment: &Environment) {
    let files = match arguments.command {
        Command::Tray(_) => log::to_files(arguments, &resident::session_folder(folder, environment).join("log")),
        _ => Err(std::io::ErrorKind::Unsupported.into()),
    };
    if files.is_err() {
        log::to_stderr(arguments);
    }
}

/// Who this device is: as the person enrolled it for themselves, else as it was installed for everybody.
fn identity(folder: &Path, proxy: Option<Proxy>, environment: &Environment) -> Result<Identity, IdentityError> {
    let loaded = match Identity::load(folder) {
        Err(IdentityError::NotEnrolled(_)) => {
            Identity::load(&environment.system_folder()).map_err(|error| match error {
                IdentityError::NotEnrolled(_) => IdentityError::NotEnrolled(folder.to_owned()),
                error => error,
            })
        }
        loaded => loaded,
    };
    let mut identity = loaded?;
    identity.proxy = proxy.or(identity.proxy).or_else(|| environment.proxy());
    Ok(identity)
}
