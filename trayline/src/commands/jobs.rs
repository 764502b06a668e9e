//! `trayline jobs …`

use std::fmt::Write;
use std::process::ExitCode;
use std::time::Duration;

use broker_config::{InstanceId, Role};
use serde_json::{Value, json};
use sqlx::PgPool;
use workers::housekeeping::{Housekeeping, Job, Ran};

use crate::arguments::RunJob;
use crate::config::Config;
use crate::parts::{Connections, database};

pub async fn run(config: &Config, command: Option<RunJob>, json: bool) -> anyhow::Result<ExitCode> {
    match command {
        None => {
            let db = database::connect(config)?;
            database::refuse_other_schema(&db).await?;
            list(&db, json).await
        }
        Some(RunJob::Run { job }) => run_job(config, job, json).await,
    }
}

async fn list(db: &PgPool, json: bool) -> anyhow::Result<ExitCode> {
    let ran = store::jobs::all(db).await?;
    let (mut text, mut values) = (String::new(), Vec::new());
    for job in Job::ALL {
        let last = ran.iter().find(|last| last.name == job.name());
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{:<26}{}", job.name(), last.map_or_else(|| "never ran".to_owned(), in_words));
        values.push(last.map_or_else(|| json!({ "job": job.name() }), as_json));
    }
    super::print(json, text.trim_end(), &json!({ "jobs": values }))?;
    Ok(ExitCode::SUCCESS)
}

fn in_words(last: &store::jobs::Job) -> String {
    let began = last.started_at.format("%Y-%m-%d %H:%M:%S UTC");
    match (last.finished_at, &last.error, &last.outcome) {
        (None, ..) => format!("began {began} and has not ended"),
        (Some(_), Some(error), _) => format!("{began}  failed: {error}"),
        (Some(_), None, outcome) => format!("{began}  {}", outcome.as_ref().unwrap_or(&Value::Null)),
    }
}

fn as_json(last: &store::jobs::Job) -> Value {
    json!({
        "job": last.name,
        "claimed_by": last.claimed_by,
        "started_at": last.started_at,
        "finished_at": last.finished_at,
        "outcome": last.outcome,
        "error": last.error,
    })
}

async fn run_job(config: &Config, job: Job, json: bool) -> anyhow::Result<ExitCode> {
    let connections = Connections::open(config, &[Role::Worker]).await?;
    let (db, log) = (connections.db.clone(), connections.log(Role::Worker)?);
    let housekeeping = Housekeeping::new(db, log, config.housekeeping.clone(), InstanceId::new());
    store::audit::record(&connections.db, &super::audit::done("job.run", ("job", job), json!({}))).await?;
    let ran = housekeeping.perform_if_due(job, Duration::ZERO).await;
    connections.close().await;
    match ran {
        Ran::Done(outcome) => {
            super::print(json, &format!("{job}: {outcome}"), &json!({ "job": job.name(), "outcome": outcome }))?;
            Ok(ExitCode::SUCCESS)
        }
        Ran::NotNow => anyhow::bail!("an instance is running it; `trayline jobs` says since when"),
        Ran::Failed(error) => Err(error.into()),
    }
}
