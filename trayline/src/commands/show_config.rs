//! `trayline config`

use std::process::ExitCode;

use serde_json::Value;

use crate::config::Config;

/// Prints what is in effect. Secrets do not serialise.
pub fn run(config: &Config, json: bool) -> anyhow::Result<ExitCode> {
    let value = serde_json::to_value(config)?;
    let mut lines = Vec::new();
    flatten("", &value, &mut lines);
    super::print(json, &lines.join("\n"), &value)?;
    Ok(ExitCode::SUCCESS)
}

/// One line per key, as it would be written at the top of a configuration file.
fn flatten(key: &str, value: &Value, lines: &mut Vec<String>) {
    let Value::Object(table) = value else {
        lines.push(format!("{key} = {value}"));
        return;
    };
    for (name, value) in table {
        let key = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
        flatten(&key, value, lines);
    }
}
