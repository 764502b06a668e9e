//! What is done from time to time, and by whom.

use std::time::Duration;

use broker_config::InstanceId;
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgExecutor;

/// A job's last run.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Which job.
    pub name: String,
    /// The process that claimed it.
    pub claimed_by: InstanceId,
    /// When.
    pub started_at: DateTime<Utc>,
    /// When it ended; `None` while it runs, or when the process was killed.
    pub finished_at: Option<DateTime<Utc>>,
    /// What the last run that ended has done.
    pub outcome: Option<Value>,
    /// Why that one failed.
    pub error: Option<String>,
}

/// Claims a job whose last run began at least `rest` ago and has ended, or began at least `abandoned_after` ago and has
/// not. Of several who try at once, one gets it. All times are the database's.
///
/// # Errors
/// When the database fails.
pub async fn claim(
    db: impl PgExecutor<'_>,
    name: &str,
    claimed_by: InstanceId,
    rest: Duration,
    abandoned_after: Duration,
) -> sqlx::Result<bool> {
    let claimed = sqlx::query_scalar!(
        "insert into jobs (name, claimed_by, started_at)
         values ($1, $2, now())
         on conflict (name) do update
         set claimed_by = $2,
             started_at = now(),
             finished_at = null
         where (jobs.finished_at is not null and jobs.started_at <= now() - make_interval(secs => $3))
            or (jobs.finished_at is null and jobs.started_at <= now() - make_interval(secs => $4))
         returning name",
        name,
        claimed_by.uuid(),
        rest.as_secs_f64(),
        abandoned_after.as_secs_f64(),
    )
    .fetch_optional(db)
    .await?;
    Ok(claimed.is_some())
}

/// Notes how a run ended, unless somebody else has claimed the job meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn finish(
    db: impl PgExecutor<'_>,
    name: &str,
    claimed_by: InstanceId,
    outcome: Result<&Value, &str>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update jobs
         set finished_at = now(),
             outcome = $3,
             error = $4
         where name = $1
           and claimed_by = $2
           and finished_at is null",
        name,
        claimed_by.uuid(),
        outcome.ok(),
        outcome.err(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Every job that was ever claimed, by name.
///
/// # Errors
/// When the database fails.
pub async fn all(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Job>> {
    sqlx::query_as!(
        Job,
        r#"select name, claimed_by as "claimed_by: InstanceId", started_at, finished_at, outcome, error
           from jobs
           order by name"#,
    )
    .fetch_all(db)
    .await
}
