//! `trayline-agent doctor`: what works and what does not, for somebody who reads it out to a helpdesk.

mod findings;

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use agent::{Identity, IdentityError};
use broker_config::{Clock as _, SystemClock};

use crate::environment::Environment;
use crate::resident::{self, outbox_folders, session_folder};
use findings::{Finding, Grade};

/// Looks at everything and prints what it found. Nothing is changed, and a running agent is not disturbed.
pub(crate) async fn doctor(
    identity: Result<Identity, IdentityError>,
    folder: &Path,
    environment: &Environment,
) -> anyhow::Result<ExitCode> {
    let mut found = Vec::new();
    match identity {
        Ok(identity) => {
            found.push(findings::enrolled(identity.asset_id));
            found.extend(identity.proxy.as_ref().map(|proxy| findings::proxy(proxy.place())));
            found.push(findings::server(&agent::examine(identity.clone()).await));
            found.push(clock(identity).await);
        }
        Err(error) => found.push(findings::not_enrolled(&error.to_string())),
    }
    let waiting: Result<Vec<_>, _> = outbox_folders(folder).iter().map(|folder| agent::waiting_in(folder)).collect();
    found.push(findings::outbox(waiting.ok().map(|waiting| waiting.iter().sum())));
    let damaged = outbox_folders(folder).into_iter().filter(|folder| folder.join("outbox.damaged").exists());
    found.extend(damaged.map(|folder| findings::damaged(&folder)));
    found.push(findings::disk(takes_writes(&session_folder(folder, environment))));
    let runtime_folder = environment.runtime_folder().unwrap_or_else(|| folder.to_owned());
    found.push(findings::agent(resident::is_running(&runtime_folder, &environment.session_name())));
    found.push(findings::tray(resident::has_tray().await));

    let mut stdout = io::stdout().lock();
    for finding in &found {
        writeln!(stdout, "{finding}")?;
    }
    let wrong = found.iter().any(|finding: &Finding| finding.grade == Grade::Wrong);
    Ok(if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn clock(identity: Identity) -> Finding {
    let theirs = agent::server_time(identity).await;
    findings::clock(theirs.ok().map(|theirs| SystemClock.now() - theirs))
}

fn takes_writes(folder: &Path) -> bool {
    // A folder that is not there yet is made below the nearest one that is.
    let Some(there) = folder.ancestors().find(|folder| folder.is_dir()) else { return false };
    let trial = there.join(format!(".trayline-agent-{}", std::process::id()));
    let written = fs::write(&trial, "doctor").is_ok();
    // When it was not written there is nothing to remove.
    _ = fs::remove_file(trial);
    written
}
