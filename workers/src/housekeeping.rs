//! Housekeeping: what is to be done from time to time. Any number of instances run; for each job and each of its times one
//! of them acts, and when that one is killed, another takes the job over.
//!
//! The database decides who acts: a job is claimed by one statement, by the database's clock. See [`store::jobs::claim`].

mod archived_chats;
mod erasures;
mod idle_chats;
mod job;
mod lost_timers;
mod new_texts;
mod old_notices;
mod overdue_deliveries;
mod overlapping_chats;
mod schedule;

use std::sync::Arc;
use std::time::Duration;

use broker_config::{AppendError, ChatId, InstanceId, Log, ReadError, worker};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::PgPool;
use store::audit::{Actor, Deed};
use store::jobs;
use tokio_cron_scheduler::{JobScheduler, JobSchedulerError};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use job::Job;
pub use schedule::{MalformedSchedule, Schedule};

use crate::runner::{Backoff, WorkError, chain};
use crate::tally::Tally;

/// The worker's name.
pub const NAME: &str = worker::HOUSEKEEPING;

/// How long a job may take. What it has not done by then, its next run does.
const PATIENCE: Duration = Duration::from_mins(5);

/// After how long a job that has not ended is taken over: whoever ran it is gone.
pub const ABANDONED_AFTER: Duration = Duration::from_mins(10);
const _: () = assert!(PATIENCE.as_secs() < ABANDONED_AFTER.as_secs());

/// When every instance looks for jobs that nobody ran at their time, or that nobody ended.
const LOOK_FOR_MISSED: &str = "30 * * * * *";

/// What an operator decides about housekeeping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// After how many days without a word a chat is closed.
    pub idle_days: u32,
    /// After how many days a chat that has ended is forgotten, 0 for never.
    pub archive_retention_days: u32,
    /// After how many days a device's connection is forgotten. The last one of each device is kept.
    pub connection_days: u32,
    /// After how many days what a technician was told, and has read, is forgotten.
    pub notice_days: u32,
    /// When each job is due.
    pub schedules: Schedules,
}

/// When each job is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each is named like its job")]
pub struct Schedules {
    pub close_idle_chats: Schedule,
    pub forget_archived_chats: Schedule,
    pub close_overlapping_chats: Schedule,
    pub set_lost_timers: Schedule,
    pub forget_connections: Schedule,
    pub forget_sessions: Schedule,
    pub retry_deliveries: Schedule,
    pub forget_notices: Schedule,
    pub index_texts: Schedule,
    pub erase_data: Schedule,
}

impl Settings {
    fn connections_kept(&self) -> TimeDelta {
        TimeDelta::days(self.connection_days.into())
    }

    fn schedule(&self, job: Job) -> &Schedule {
        match job {
            Job::CloseIdleChats => &self.schedules.close_idle_chats,
            Job::ForgetArchivedChats => &self.schedules.forget_archived_chats,
            Job::CloseOverlappingChats => &self.schedules.close_overlapping_chats,
            Job::SetLostTimers => &self.schedules.set_lost_timers,
            Job::ForgetConnections => &self.schedules.forget_connections,
            Job::ForgetSessions => &self.schedules.forget_sessions,
            Job::RetryDeliveries => &self.schedules.retry_deliveries,
            Job::ForgetNotices => &self.schedules.forget_notices,
            Job::IndexTexts => &self.schedules.index_texts,
            Job::EraseData => &self.schedules.erase_data,
        }
    }
}

/// The worker.
#[derive(Debug, Clone)]
pub struct Housekeeping {
    db: PgPool,
    log: Log,
    settings: Settings,
    instance_id: InstanceId,
}

/// What came of trying to run a job.
#[derive(Debug)]
pub enum Ran {
    /// Somebody else runs it, or has just done so.
    NotNow,
    /// What it has done.
    Done(Value),
    /// Why it could not.
    Failed(JobError),
}

/// Why a job could not be done, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The database is away.
    #[error("the database does not answer")]
    Database(#[from] sqlx::Error),
    /// The log is away.
    #[error("the log cannot be read")]
    Read(#[from] ReadError),
    /// The log takes nothing.
    #[error("the log cannot be appended to")]
    Append(#[from] AppendError),
    /// A worker that was to look again could not.
    #[error("a worker could not look again")]
    Work(#[from] WorkError),
    /// It took too long.
    #[error("it took longer than {} s", PATIENCE.as_secs())]
    Slow,
}

impl Housekeeping {
    /// It looks after `db` and `log`, as the process `instance_id`.
    #[must_use]
    pub fn new(db: PgPool, log: Log, settings: Settings, instance_id: InstanceId) -> Self {
        Self { db, log, settings, instance_id }
    }

    /// Does jobs when they are due until `shutdown`, then ends those that it has begun.
    pub async fn run(&self, shutdown: &CancellationToken) {
        let mut backoff = Backoff::default();
        loop {
            match self.keep_schedule(shutdown).await {
                Ok(()) => break,
                Err(error) => tracing::error!(worker = NAME, %error, "jobs cannot be scheduled; trying again"),
            }
            if backoff.pause(shutdown).await.is_err() {
                break;
            }
        }
        tracing::info!(worker = NAME, "stopped");
    }

    async fn keep_schedule(&self, shutdown: &CancellationToken) -> Result<(), JobSchedulerError> {
        let running = TaskTracker::new();
        let mut scheduler = JobScheduler::new().await?;
        for job in Job::ALL {
            let schedule = self.settings.schedule(job);
            let rest = schedule.shortest_gap() / 2;
            scheduler.add(self.when(schedule.expression(), &running, vec![(job, rest)])?).await?;
        }
        let missed = Job::ALL.map(|job| (job, self.settings.schedule(job).shortest_gap() * 2));
        scheduler.add(self.when(LOOK_FOR_MISSED, &running, missed.to_vec())?).await?;
        scheduler.start().await?;
        tracing::info!(worker = NAME, "working");
        shutdown.cancelled().await;
        scheduler.shutdown().await?;
        running.close();
        running.wait().await;
        Ok(())
    }

    /// At each time of `expression`, these jobs one after the other, each if it has rested for so long.
    fn when(
        &self,
        expression: &str,
        running: &TaskTracker,
        jobs: Vec<(Job, Duration)>,
    ) -> Result<tokio_cron_scheduler::Job, JobSchedulerError> {
        let (housekeeping, running, jobs) = (self.clone(), running.clone(), Arc::new(jobs));
        tokio_cron_scheduler::Job::new_async(expression, move |_, _| {
            let (housekeeping, jobs) = (housekeeping.clone(), Arc::clone(&jobs));
            let done = running.spawn(async move {
                for (job, rest) in jobs.iter() {
                    housekeeping.perform_if_due(*job, *rest).await;
                }
            });
            Box::pin(async move {
                // Whether it was done is in the database.
                let _ = done.await;
            })
        })
    }

    /// Does a job that was not begun for `rest`, unless it runs, and notes what came of it.
    pub async fn perform_if_due(&self, job: Job, rest: Duration) -> Ran {
        let ran = match jobs::claim(&self.db, job.name(), self.instance_id, rest, ABANDONED_AFTER).await {
            Ok(true) => self.perform(job).await,
            Ok(false) => return Ran::NotNow,
            Err(error) => Err(error.into()),
        };
        let noted = match &ran {
            Ok(outcome) => {
                tracing::debug!(job = job.name(), %outcome, "done");
                Tally::of(NAME).handled(1);
                jobs::finish(&self.db, job.name(), self.instance_id, Ok(outcome)).await
            }
            Err(error) => {
                tracing::error!(job = job.name(), error = chain(error), "a job failed");
                Tally::of(NAME).failed();
                jobs::finish(&self.db, job.name(), self.instance_id, Err(&chain(error))).await
            }
        };
        if let Err(error) = noted {
            tracing::error!(job = job.name(), error = chain(&error), "the end of a job was not noted");
        }
        match ran {
            Ok(outcome) => Ran::Done(outcome),
            Err(error) => Ran::Failed(error),
        }
    }

    /// Notes in the audit log that a job has closed a chat.
    async fn note_closed(&self, chat_id: ChatId, why: &str) -> Result<(), JobError> {
        let deed = Deed {
            action: "chat.closed",
            actor: Actor::System,
            address: None,
            subject: Some(("chat", chat_id.to_string())),
            details: json!({ "why": why }),
        };
        Ok(store::audit::record(&self.db, &deed).await?)
    }

    async fn perform(&self, job: Job) -> Result<Value, JobError> {
        let performing = async {
            match job {
                Job::CloseIdleChats => idle_chats::run(self).await,
                Job::ForgetArchivedChats => archived_chats::run(self).await,
                Job::CloseOverlappingChats => overlapping_chats::run(self).await,
                Job::SetLostTimers => lost_timers::run(self).await,
                Job::ForgetConnections => {
                    let before = store::server::clock(&self.db).await? - self.settings.connections_kept();
                    let forgotten = store::connections::purge(&self.db, before).await?;
                    store::floods::purge(&self.db, before).await?;
                    Ok(json!({ "forgotten": forgotten }))
                }
                Job::ForgetSessions => {
                    store::attempts::forget_old(&self.db).await?;
                    store::password_resets::forget_expired(&self.db).await?;
                    store::provider_sign_ins::forget_expired(&self.db).await?;
                    Ok(json!({ "forgotten": store::sessions::forget_all_expired(&self.db).await? }))
                }
                Job::RetryDeliveries => overdue_deliveries::run(self).await,
                Job::ForgetNotices => old_notices::run(self).await,
                Job::IndexTexts => new_texts::run(self).await,
                Job::EraseData => erasures::run(self).await,
            }
        };
        tokio::time::timeout(PATIENCE, performing).await.unwrap_or(Err(JobError::Slow))
    }
}
