//! `trayline-agent enrol`: makes the device known to a server.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use agent::{Enrolment, Proxy};
use anyhow::Context as _;
use broker_config::Line;

use crate::arguments::EnrolArguments;
use crate::environment::Environment;

/// Enrols the device into `folder` and prints its id.
pub(crate) async fn enrol(
    arguments: EnrolArguments,
    proxy: Option<Proxy>,
    folder: PathBuf,
    environment: &Environment,
) -> anyhow::Result<ExitCode> {
    let identity = agent::enrol(from(arguments, proxy, environment)?, folder).await?;
    writeln!(io::stdout(), "{}", identity.asset_id)?;
    Ok(ExitCode::SUCCESS)
}

/// How to enrol, as the command line says it.
pub(crate) fn from(
    arguments: EnrolArguments,
    proxy: Option<Proxy>,
    environment: &Environment,
) -> anyhow::Result<Enrolment> {
    let name = match arguments.name {
        Some(name) => name,
        None => environment.host_name().context("this machine has no name; give one with --name")?,
    };
    if arguments.server.starts_with("http://") {
        tracing::warn!("the enrolment key travels unencrypted; use https outside of tests");
    }
    Ok(Enrolment {
        server: arguments.server,
        key: arguments.key,
        name: Line::new(name).context("the device's name")?,
        certificate_authority: arguments.certificate_authority,
        proxy,
        session_proxy: environment.proxy(),
    })
}
