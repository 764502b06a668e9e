//! Writing the leases of the tabs whose sockets this process has: one task for all of them.

use std::time::Duration;

use broker_config::Log;
use broker_config::presence::{self, GRACE, LEASE, RENEWAL};
use futures::StreamExt;
use futures::stream;
use tokio_util::sync::CancellationToken;

use super::tabs::{OpenTabs, Writing};

/// How many leases are written at once.
const AT_ONCE: usize = 64;

/// How long changes gather after others were written: so often, at most, does a tab's lease change.
const GATHER: Duration = Duration::from_millis(250);

/// How long to wait before a lease that could not be written is tried again.
const PAUSE: Duration = Duration::from_secs(1);

/// Keeps the leases of all open tabs until `stop`, then writes those of tabs that have closed since.
pub(super) async fn keep(log: &Log, tabs: &OpenTabs, stop: &CancellationToken) {
    let mut renewal = Box::pin(next_renewal());
    while !stop.is_cancelled() {
        tokio::select! {
            () = tabs.changed() => {}
            () = &mut renewal => {
                tabs.renew();
                renewal = Box::pin(next_renewal());
            }
            () = stop.cancelled() => {}
        }
        while !write_due(log, tabs).await && !stop.is_cancelled() {
            tokio::time::sleep(PAUSE).await;
        }
        let _ = tokio::time::timeout(GATHER, stop.cancelled()).await;
    }
    write_due(log, tabs).await;
}

/// Not at the same time in every process.
fn next_renewal() -> tokio::time::Sleep {
    tokio::time::sleep(RENEWAL.mul_f64(rand::random_range(0.8..=1.0)))
}

/// Writes what is due. Whether all of it could be written.
async fn write_due(log: &Log, tabs: &OpenTabs) -> bool {
    let written = stream::iter(tabs.take_due()).map(|writing| write(log, tabs, writing)).buffer_unordered(AT_ONCE);
    written.fold(true, async |all, written| all && written).await
}

async fn write(log: &Log, tabs: &OpenTabs, Writing { tab, lease, written }: Writing) -> bool {
    let lasts = if lease.is_closing { GRACE } else { LEASE };
    match presence::write(log, tab, &lease, lasts, written).await {
        Ok(seq) => {
            tabs.written(&tab, seq);
            true
        }
        Err(error) if lease.is_closing => {
            // It is open elsewhere by now, or it ends by itself.
            tracing::debug!(%error, "the lease of a closed tab was left as it is");
            true
        }
        Err(error) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a tab's lease could not be written; trying again"
            );
            tabs.not_written(&tab);
            false
        }
    }
}
