//! `trayline web`

use std::process::ExitCode;

use broker_config::Role;

use super::setup;
use crate::config::Config;
use crate::parts::{Connections, Parts};
use crate::{operations, shutdown, telemetry};

pub async fn run(config: &Config) -> anyhow::Result<ExitCode> {
    telemetry::log_to_terminal(&config.log)?;
    let stop = shutdown::on_signal()?;
    let listener = operations::listen(config.web.listen, "web.listen").await?;
    let operations = operations::listen(config.operations.listen, "operations.listen").await?;
    let connections = Connections::open(config, &[Role::Web]).await?;
    let mut parts = Parts::start(config, &connections, operations)?;
    tracing::info!(address = %listener.local_addr()?, "the front listens");
    let url = config.web.public_url_on(listener.local_addr()?);
    parts.front(config, &connections, listener)?;
    setup::announce(&connections.db, &url).await?;
    parts.until(stop).await
}
