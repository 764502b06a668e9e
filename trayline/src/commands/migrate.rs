//! `trayline migrate`

use std::process::ExitCode;

use anyhow::Context;
use serde_json::json;

use crate::config::Config;
use crate::parts::database;

/// Applies the migrations that are missing. Safe to run from several hosts at once: the database's lock orders them.
pub async fn run(config: &Config, json: bool) -> anyhow::Result<ExitCode> {
    let db = database::connect(config)?;
    store::MIGRATOR.run(&db).await.context("cannot migrate the database")?;
    let latest = store::MIGRATOR.iter().map(|migration| migration.version).max();
    let text = format!("The schema is that of this version (migration {}).", latest.unwrap_or_default());
    super::print(json, &text, &json!({ "migration": latest }))?;
    Ok(ExitCode::SUCCESS)
}
