//! `trayline up`

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use broker_config::{Log, Role, SystemClock, declare};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::setup;
use crate::arguments::Up;
use crate::config::{Config, search_path};
use crate::demo::Demo;
use crate::demo::device::{self, Door};
use crate::parts::{Connections, Parts, close_broker, database};
use crate::up::data_directory::DataDirectory;
use crate::up::progress::{during, say};
use crate::up::servers::Servers;
use crate::{operations, shutdown, telemetry};

/// Runs everything until it is told to stop. To be awaited by `main` itself, see [`Servers::start`].
pub async fn run(mut config: Config, up: &Up, json: bool) -> anyhow::Result<ExitCode> {
    if let Some(listen) = up.listen {
        config.web.listen = listen;
    }
    // Before anything is started: most starts that fail do so because it runs already.
    let mut directory = DataDirectory::open(&up.data_dir)?;
    telemetry::log_to_file(&config.log, &directory.log("trayline"))?;
    let web = operations::listen(config.web.listen, "web.listen").await?;
    let operations = operations::listen(config.operations.listen, "operations.listen").await?;
    let stop = shutdown::on_signal()?;

    let path = search_path();
    let start = Servers::start(&mut directory, &mut config, &path, &SystemClock);
    let started = tokio::select! {
        started = start => started?,
        () = stop.cancelled() => return Ok(ExitCode::SUCCESS),
    };
    let (mut servers, operator) = started;
    let log = Log::new(operator);
    let running = run_parts(config, up, json, &mut directory, &log, (web, operations), stop);
    let ended = tokio::select! {
        ended = running => ended,
        never = servers.keep_alive() => match never {},
    };
    close_broker(&log.client()).await;
    during("stopping the broker and the database", servers.stop()).await;
    if ended.is_ok() {
        say("Stopped.");
    }
    ended
}

async fn run_parts(
    config: Config,
    up: &Up,
    json: bool,
    directory: &mut DataDirectory,
    log: &Log,
    (web, operations): (TcpListener, TcpListener),
    stop: CancellationToken,
) -> anyhow::Result<ExitCode> {
    let db = database::connect(&config)?;
    let migrate = async { store::MIGRATOR.run(&db).await.context("cannot migrate the database") };
    during("bringing the database's schema up to this version", migrate).await?;
    declare::apply(log.jetstream(), config.broker.replicas).await?;
    db.close().await;

    let settings = directory.write_settings(&config)?;
    let connections = Connections::open(&config, &[Role::Worker, Role::Web]).await?;
    let mut parts = Parts::start(&config, &connections, operations)?;
    parts.workers(&config, &connections, &["all".to_owned()])?;
    let url = config.web.public_url_on(web.local_addr()?);
    let scheme = if config.web.tls_files().is_some() { "https" } else { "http" };
    let server = format!("{scheme}://{}", web.local_addr()?);
    parts.front(&config, &connections, web)?;

    let ready = async {
        let demo = if up.demo { Some(Demo::fill(directory, &connections.db, log).await?) } else { None };
        let code = setup::code_if_needed(&connections.db).await?.map(|code| code.reveal());
        greet(json, &Ready::new(&url, demo.as_ref(), code, directory, &settings))?;
        anyhow::Ok(demo)
    };
    let demo = tokio::select! {
        ready = ready => ready,
        () = stop.cancelled() => Ok(None),
    };
    match demo {
        Ok(None) => {}
        Ok(Some(Demo { device, .. })) => {
            let broker_urls = config.broker.addresses_for_devices();
            let door = Door { server, broker_urls, folder: directory.device() };
            parts.add("simulated device", |stop| device::run(device, door, connections.db.clone(), stop));
        }
        Err(error) => {
            stop.cancel();
            let stopped = parts.until(stop).await;
            connections.close().await;
            return stopped.and(Err(error));
        }
    }
    let ended = parts.until(stop).await;
    connections.close().await;
    ended
}

/// What somebody who has started it needs to know.
#[derive(Serialize)]
struct Ready<'a> {
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    setup_code: Option<String>,
    config: &'a Path,
    pid: u32,
}

impl<'a> Ready<'a> {
    fn new(
        url: &'a str,
        demo: Option<&'a Demo>,
        setup_code: Option<String>,
        directory: &'a DataDirectory,
        config: &'a Path,
    ) -> Self {
        Self {
            url,
            email: demo.map(|demo| demo.email.as_str()),
            password: demo.map(|_| directory.state.demo_password.as_str()),
            setup_code,
            config,
            pid: std::process::id(),
        }
    }
}

/// Says that all is up, on stdout.
fn greet(json: bool, ready: &Ready<'_>) -> anyhow::Result<()> {
    let how = match (ready.email.zip(ready.password), &ready.setup_code) {
        (Some((email, password)), _) => format!(
            "  Sign in with   {email}\n  Password       {password}\n\n\
             A simulated device is connected: somebody there writes to you in a moment, and answers."
        ),
        (None, Some(code)) => format!(
            "Nobody can sign in yet. Open {}/set-up and become the first administrator.\n  Set-up code    {code}",
            ready.url
        ),
        (None, None) => "Sign in there.".to_owned(),
    };
    let text = format!("\nTrayline is up:   {}\n{how}\n\nCtrl-C stops it.", ready.url);
    super::print(json, &text, ready)
}
