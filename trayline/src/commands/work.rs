//! `trayline work`

use std::process::ExitCode;

use broker_config::Role;

use crate::config::Config;
use crate::parts::{Connections, Parts};
use crate::{operations, shutdown, telemetry};

pub async fn run(config: &Config, names: &[String]) -> anyhow::Result<ExitCode> {
    telemetry::log_to_terminal(&config.log)?;
    let stop = shutdown::on_signal()?;
    let operations = operations::listen(config.operations.listen, "operations.listen").await?;
    let connections = Connections::open(config, &[Role::Worker]).await?;
    let mut parts = Parts::start(config, &connections, operations)?;
    parts.workers(config, &connections, names)?;
    parts.until(stop).await
}
