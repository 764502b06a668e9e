//! Being told to stop.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// How the process ends when it is told a second time: as after an unhandled SIGINT.
const IMPATIENT: i32 = 130;

/// A token that is cancelled by SIGINT (Ctrl-C) or SIGTERM. A second signal ends the process at once.
pub fn on_signal() -> std::io::Result<CancellationToken> {
    let stop = CancellationToken::new();
    let mut signals = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let told = stop.clone();
    tokio::spawn(async move {
        either(&mut signals).await;
        told.cancel();
        either(&mut signals).await;
        tracing::warn!("told to stop twice; ending at once");
        std::process::exit(IMPATIENT);
    });
    Ok(stop)
}

async fn either((interrupt, terminate): &mut (Signal, Signal)) {
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
