//! What each word of the command line does.

pub mod admin;
mod audit;
pub mod broker;
pub mod dead;
pub mod doctor;
pub mod jobs;
pub mod migrate;
mod setup;
pub mod show_config;
pub mod up;
pub mod web;
pub mod work;
pub mod workers;

use std::io::Write;

use serde::Serialize;

/// Prints a result on stdout: `text` for people, `value` as one line of JSON for scripts.
fn print(json: bool, text: &str, value: &impl Serialize) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    if json {
        writeln!(stdout, "{}", serde_json::to_string(value)?)?;
    } else {
        writeln!(stdout, "{text}")?;
    }
    Ok(stdout.flush()?)
}
