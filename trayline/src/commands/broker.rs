//! `trayline broker init|check|apply`

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use broker_config::declare::{self, Difference};
use broker_config::server_config::{Server, ServerTls};
use broker_config::{Clock, Log, Role, SystemClock, connect};
use serde_json::json;

use crate::arguments::{Broker, BrokerInit};
use crate::broker_files::{self, Made};
use crate::config::Config;

pub async fn run(config: &Config, command: Broker, json: bool) -> anyhow::Result<ExitCode> {
    match command {
        Broker::Init(init) => make_folder(init, json),
        Broker::Check => {
            let log = log(config).await?;
            let differences = declare::check(log.jetstream(), config.broker.replicas).await?;
            report(&differences, "differs", json)?;
            Ok(if differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Broker::Apply => {
            let log = log(config).await?;
            let differences = declare::apply(log.jetstream(), config.broker.replicas).await?;
            report(&differences, "adjusted", json)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn make_folder(init: BrokerInit, json: bool) -> anyhow::Result<ExitCode> {
    let absolute = |path: &Path| std::path::absolute(path).context("the name of a file or folder cannot be used");
    let folder = absolute(&init.folder)?;
    let store_dir = init.store_dir.as_deref().map_or_else(|| Ok(folder.clone()), absolute)?;
    let tls = match (init.certificate.as_deref(), init.key.as_deref()) {
        (Some(certificate), Some(key)) => Some(ServerTls { certificate: absolute(certificate)?, key: absolute(key)? }),
        _ => None,
    };
    let server = Server {
        name: init.name,
        host: init.host,
        port: init.port,
        websocket_port: init.websocket_port,
        monitoring_port: None,
        tls,
        store_dir,
        cluster: None,
    };
    let differing = broker_files::differing_server(&folder, &server);
    if let Some(file) = differing.filter(|_| !init.replace) {
        anyhow::bail!(
            "{} was made with other options, or changed by hand; nothing was written. Give the options of then, such as --host \
             and --store-dir, or --replace to have it written anew",
            file.display()
        );
    }
    let made = broker_files::make(&folder, &server, SystemClock.now())?;
    let what = match made {
        Made::New => "Made new keys and files",
        Made::Kept => "Kept the keys and brought the files up to this version",
    };
    let conf = folder.join("nats-server.conf");
    let text = format!("{what} in {}.\nStart the broker: nats-server -c {}", folder.display(), conf.display());
    let value = json!({ "folder": folder, "new_keys": made == Made::New, "server_conf": conf });
    super::print(json, &text, &value)?;
    Ok(ExitCode::SUCCESS)
}

async fn log(config: &Config) -> anyhow::Result<Log> {
    Ok(Log::new(connect(&config.broker.address(Role::Operator), Role::Operator).await?))
}

fn report(differences: &[Difference], what: &str, json: bool) -> anyhow::Result<()> {
    let lines: Vec<_> = differences.iter().map(ToString::to_string).collect();
    let text = match lines.as_slice() {
        [] => "Streams and consumers are as declared.".to_owned(),
        lines => lines.join("\n"),
    };
    super::print(json, &text, &json!({ what: lines }))
}
