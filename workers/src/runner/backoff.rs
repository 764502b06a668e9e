//! Pauses between attempts: longer each time, and never the same for two processes.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::batch::Stopped;

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);

/// The pause before the next attempt.
pub(crate) struct Backoff {
    next: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { next: FIRST }
    }
}

impl Backoff {
    /// Waits between half and all of the next pause, and doubles it.
    pub(crate) async fn pause(&mut self, shutdown: &CancellationToken) -> Result<(), Stopped> {
        let pause = self.next.mul_f64(rand::random_range(0.5..=1.0));
        self.next = LONGEST.min(self.next * 2);
        tokio::select! {
            () = shutdown.cancelled() => Err(Stopped),
            () = tokio::time::sleep(pause) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pauses_double_up_to_the_longest() {
        let mut backoff = Backoff::default();
        for longest in [100, 200, 400, 800, 1600, 3200, 5000, 5000] {
            let started = tokio::time::Instant::now();
            backoff.pause(&CancellationToken::new()).await.unwrap();
            let took = started.elapsed().as_millis();
            assert!((longest / 2..=longest + 1).contains(&took), "{took} ms of at most {longest} ms");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_shutdown_ends_a_pause() {
        let shutdown = CancellationToken::new();
        shutdown.cancel();
        assert_eq!(Backoff::default().pause(&shutdown).await, Err(Stopped));
    }
}
