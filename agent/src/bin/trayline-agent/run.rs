//! `trayline-agent run`: stays connected and delivers the outbox.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use agent::{Agent, AgentSettings, Event, Identity};
use broker_config::Line;
use tokio::sync::broadcast::error::RecvError;

use crate::arguments::RunArguments;
use crate::json::{self, Texts};

/// How long to go on sending after being told to stop.
const STOP_PATIENCE: Duration = Duration::from_secs(3);

pub(crate) async fn run(
    arguments: RunArguments,
    identity: Identity,
    folder: PathBuf,
    session_user: Option<Line>,
) -> anyhow::Result<ExitCode> {
    let asset_id = identity.asset_id;
    let settings = AgentSettings { session_user, ..AgentSettings::new(identity, folder) };
    let (agent, mut events) = Agent::start(settings).await?;
    tracing::info!(asset.id = %asset_id, "running");
    let mut stop = std::pin::pin!(stopped());
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Ok(event) => print(&event, arguments.json)?,
                Err(RecvError::Lagged(_)) => print(&Event::Reset, arguments.json)?,
                Err(RecvError::Closed) => anyhow::bail!("the agent stopped"),
            },
            result = &mut stop => {
                result?;
                break;
            }
        }
    }
    tracing::info!("stopping");
    agent.shutdown(STOP_PATIENCE).await;
    Ok(ExitCode::SUCCESS)
}

fn print(event: &Event, as_json: bool) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match event {
        _ if as_json => writeln!(stdout, "{}", json::event(event, Texts::Hidden)),
        Event::Link(state) => writeln!(stdout, "{}", json::link(*state)),
        Event::Unread(unread) => writeln!(stdout, "{unread} unread"),
        _ => Ok(()),
    }
}

/// Waits until the system or a person asks this process to stop.
pub(crate) async fn stopped() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => result,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
