//! `trayline doctor`

use std::process::ExitCode;

use crate::config::Config;

pub async fn run(_config: &Config, _json: bool) -> anyhow::Result<ExitCode> {
    Ok(ExitCode::SUCCESS)
}
