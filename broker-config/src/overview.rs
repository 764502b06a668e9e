//! How every worker does, in one look.

use std::collections::BTreeMap;

use futures::future::try_join_all;
use serde::Serialize;

use crate::consumer::{self, Declared};
use crate::{Backlog, Counted, Log, ReadError, WorkerLease, worker};

/// How a worker does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkerOverview {
    /// Its name.
    pub worker: &'static str,
    /// Its instances that are alive, the longest-running first.
    pub instances: Vec<WorkerLease>,
    /// What waits for it; nothing when it does not read a stream, or its consumer is missing.
    pub backlog: Option<Backlog>,
    /// What its instances have done, together.
    pub counted: Counted,
    /// How many dead letters it has.
    pub dead_letters: u64,
}

impl Log {
    /// How every worker does.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn overview(&self) -> Result<Vec<WorkerOverview>, ReadError> {
        let consumers = consumer::all();
        let backlogs = try_join_all(consumers.iter().map(|declared| self.backlog(declared)));
        let (leases, letters, backlogs) =
            futures::try_join!(self.worker_leases(), self.dead_letter_counts(), backlogs)?;
        let backlogs: Vec<_> = consumers.iter().zip(backlogs).collect();
        Ok(worker::ALL.into_iter().map(|worker| overview(worker, &leases, &backlogs, &letters)).collect())
    }
}

fn overview(
    worker: &'static str,
    leases: &[WorkerLease],
    backlogs: &[(&Declared, Option<Backlog>)],
    letters: &BTreeMap<String, u64>,
) -> WorkerOverview {
    let mut instances: Vec<_> = leases.iter().filter(|lease| lease.worker == worker).cloned().collect();
    instances.sort_by_key(|lease| (lease.started_at, lease.instance_id));
    let of_worker = || backlogs.iter().filter(|(declared, _)| declared.worker == worker);
    WorkerOverview {
        worker,
        counted: instances.iter().map(|lease| lease.counted).fold(Counted::default(), |sum, counted| sum + counted),
        instances,
        backlog: of_worker().filter_map(|(_, backlog)| backlog.clone()).reduce(Backlog::and),
        dead_letters: of_worker().filter_map(|(declared, _)| letters.get(declared.name)).sum(),
    }
}
