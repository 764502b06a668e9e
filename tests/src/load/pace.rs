//! Sending at a steady rate, whatever comes back.

use std::future::Future;
use std::time::{Duration, Instant};

use tokio::time::sleep_until;

/// Calls `send` so many times a second for as long as it is told, with the number of the call, and says when each was
/// made. A call that is late is made at once; none is left out, so a stall is seen and not skipped.
pub(super) async fn steadily<F>(rate: u32, lasting: Duration, mut send: impl FnMut(usize) -> F) -> usize
where
    F: Future<Output = ()>,
{
    let began = Instant::now();
    let count = (lasting.as_secs_f64() * f64::from(rate)).round();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small whole number")]
    let count = count as usize;
    for number in 0..count {
        #[expect(clippy::cast_precision_loss, reason = "a small whole number")]
        let due = began + Duration::from_secs_f64(number as f64 / f64::from(rate));
        sleep_until(due.into()).await;
        send(number).await;
    }
    count
}
