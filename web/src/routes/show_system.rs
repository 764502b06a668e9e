//! `GET /api/v1/system`: how every worker does, when each job last ran, and which devices sent too much.

use axum::Json;
use axum::extract::State;
use broker_config::{AssetId, InstanceId, WorkerOverview};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::front::Front;
use crate::may::{May, Operate};
use crate::problem::Problem;
use crate::shape::ProblemDetails;

/// How the installation does.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct System {
    /// Every worker, whether it runs or not.
    workers: Vec<WorkerOverview>,
    /// The jobs of housekeeping that ever ran, by name.
    jobs: Vec<JobRun>,
    /// The devices that sent too much within the last day and were cut from the broker for it, last seen first. A hundred at most.
    floods: Vec<Flood>,
}

/// A device that sent too much.
#[derive(Debug, Serialize, ToSchema)]
struct Flood {
    /// The device.
    asset_id: AssetId,
    /// What it is called.
    name: String,
    /// The name of its customer.
    customer_name: String,
    /// When that began, by the database's clock.
    first_at: DateTime<Utc>,
    /// When it was seen last.
    last_at: DateTime<Utc>,
    /// How many messages it sent at a stretch, stored or not.
    messages: i64,
    /// How many bytes of them.
    bytes: i64,
}

/// A job's last run.
#[derive(Debug, Serialize, ToSchema)]
struct JobRun {
    /// The job's name.
    job: String,
    /// The process that claimed it.
    claimed_by: InstanceId,
    /// When it began, by the database's clock.
    started_at: DateTime<Utc>,
    /// When it ended; nothing while it runs, or when the process was killed.
    finished_at: Option<DateTime<Utc>>,
    /// What the last run that ended has done.
    #[schema(value_type = Option<Object>)]
    outcome: Option<Value>,
    /// Why that one failed.
    error: Option<String>,
}

/// Shows how every worker does, when each job last ran, and which devices sent too much.
#[utoipa::path(
    get,
    path = "/api/v1/system",
    tag = "system",
    responses(
        (status = 200, body = System),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn show_system(State(front): State<Front>, _may: May<Operate>) -> Result<Json<System>, Problem> {
    let workers = front.log().overview().await?;
    let jobs = store::jobs::all(front.db()).await?;
    let floods = store::floods::of_the_last_day(front.db()).await?;
    let (jobs, floods) = (jobs.into_iter().map(JobRun::from), floods.into_iter().map(Flood::from));
    Ok(Json(System { workers, jobs: jobs.collect(), floods: floods.collect() }))
}

impl From<store::jobs::Job> for JobRun {
    fn from(row: store::jobs::Job) -> Self {
        let store::jobs::Job { name, claimed_by, started_at, finished_at, outcome, error } = row;
        Self { job: name, claimed_by, started_at, finished_at, outcome, error }
    }
}

impl From<store::floods::FloodRow> for Flood {
    fn from(row: store::floods::FloodRow) -> Self {
        let store::floods::FloodRow { asset_id, name, customer_name, first_at, last_at, messages, bytes } = row;
        Self { asset_id, name, customer_name, first_at, last_at, messages, bytes }
    }
}
