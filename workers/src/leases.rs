//! The leases of a process: it says of each worker that it runs that it does, for as long as it does.

use broker_config::{InstanceId, Log, WorkerLease};
use chrono::{DateTime, Utc};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::runner::chain;
use crate::tally;

/// A process of ours, as its leases tell of it.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Its own id.
    pub instance_id: InstanceId,
    /// The name of its host.
    pub host: String,
    /// Its id there.
    pub process_id: u32,
    /// Its version of Trayline.
    pub version: &'static str,
    /// When it started.
    pub started_at: DateTime<Utc>,
}

impl Instance {
    fn lease(&self, worker: &str) -> WorkerLease {
        WorkerLease {
            worker: worker.to_owned(),
            instance_id: self.instance_id,
            host: self.host.clone(),
            process_id: self.process_id,
            version: self.version.to_owned(),
            started_at: self.started_at,
            counted: tally::counted(worker),
        }
    }
}

/// Keeps a lease for each of these workers until `shutdown`, then gives them up. A renewal that the broker does not take is
/// made good by the next.
pub async fn keep(log: &Log, instance: &Instance, workers: &[&str], shutdown: &CancellationToken) {
    let mut ticks = tokio::time::interval(WorkerLease::RENEWED_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => break,
            _ = ticks.tick() => {}
        }
        for worker in workers {
            if let Err(error) = log.renew_lease(&instance.lease(worker)).await {
                tracing::warn!(worker, error = chain(&error), "a lease was not renewed");
            }
        }
    }
    for worker in workers {
        if let Err(error) = log.end_lease(&instance.lease(worker)).await {
            tracing::debug!(worker, error = chain(&error), "a lease was not given up; it runs out");
        }
    }
}
