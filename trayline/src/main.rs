//! `trayline`: the operator's one binary.

mod arguments;
mod broker_files;
mod commands;
mod config;
mod demo;
mod operations;
mod parts;
mod private_file;
mod readiness;
mod secret;
mod shutdown;
mod supervise;
mod telemetry;
mod up;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use config::Config;

/// Not `spawn`ed but awaited here: `up` must start its children from this thread, see [`supervise::process`].
#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments).await {
        Ok(code) => code,
        Err(error) => {
            up::progress::say(&format!("error: {error}"));
            for cause in error.chain().skip(1) {
                up::progress::say(&format!("  because: {cause}"));
            }
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let config = Config::load(arguments.config.as_deref())?;
    let json = arguments.json;
    match arguments.command {
        Command::Up(up) => Box::pin(commands::up::run(config, &up, json)).await,
        Command::Web => commands::web::run(&config).await,
        Command::Work(work) => commands::work::run(&config, &work.names).await,
        Command::Migrate => commands::migrate::run(&config, json).await,
        Command::Broker(broker) => commands::broker::run(&config, broker, json).await,
        Command::Admin(admin) => commands::admin::run(&config, admin, json).await,
        Command::Workers => commands::workers::run(&config, json).await,
        Command::Jobs(jobs) => commands::jobs::run(&config, jobs.command, json).await,
        Command::Dead(dead) => commands::dead::run(&config, dead, json).await,
        Command::Doctor => commands::doctor::run(&config, json).await,
        Command::Config => commands::show_config::run(&config, json),
    }
}
