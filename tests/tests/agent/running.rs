//! Workers that run beside a test, until its runtime ends.

use tests::Bench;
use tokio_util::sync::CancellationToken;
use workers::persistence::Persistence;
use workers::runner;
use workers::sync::Sync;

/// Starts persistence.
pub fn persistence(bench: &Bench) {
    let (worker, log) = (Persistence::new(bench.db.clone(), bench.log.client()), bench.log.clone());
    tokio::spawn(async move { runner::run(&worker, &log, &CancellationToken::new()).await });
}

/// Starts sync, for the organisation "Harbour IT".
pub fn sync(bench: &Bench) {
    let sync = Sync::new(bench.db.clone(), bench.log.clone(), "Harbour IT".to_owned().try_into().unwrap());
    tokio::spawn(async move { sync.run(&CancellationToken::new()).await });
}

/// Starts both.
pub fn workers(bench: &Bench) {
    persistence(bench);
    sync(bench);
}
