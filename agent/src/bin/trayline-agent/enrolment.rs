//! `trayline-agent enrol` and `rotate`: makes the device known to a server, and takes another credential.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use agent::{Enrolment, Identity, Proxy, Rotated};
use anyhow::Context as _;
use broker_config::Line;

use crate::arguments::{EnrolArguments, RotateArguments};
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

/// Takes another credential for the device, if the server gives one, and says whether there is another one.
pub(crate) async fn rotate(arguments: &RotateArguments, identity: Identity) -> anyhow::Result<ExitCode> {
    let said = match agent::rotate(identity, arguments.now).await? {
        Rotated::NotDue => "the credential is good for long",
        Rotated::Done(_) => "the device has another credential",
    };
    writeln!(io::stdout(), "{said}")?;
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
        machine_hash: None,
        renews: true,
    })
}
