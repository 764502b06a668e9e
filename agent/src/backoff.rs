//! Pauses between attempts: they double up to a limit, and jitter keeps many devices from coming back at once.

use std::time::Duration;

/// The pauses of one thing that is tried again and again.
#[derive(Debug, Clone)]
pub(crate) struct Backoff {
    shortest: Duration,
    longest: Duration,
    failures: u32,
}

impl Backoff {
    pub(crate) fn new(shortest: Duration, longest: Duration) -> Self {
        Self { shortest, longest, failures: 0 }
    }

    /// How long to pause after one more failure: between half of the doubled pause and all of it.
    pub(crate) fn pause(&mut self) -> Duration {
        let doubled = self.shortest.saturating_mul(2_u32.saturating_pow(self.failures));
        self.failures = self.failures.saturating_add(1);
        jittered(doubled.min(self.longest))
    }

    /// It went well: the next pause is a short one.
    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }
}

/// Between half of `pause` and all of it.
pub(crate) fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(0.5 + rand::random::<f64>() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_start_again_after_a_success() {
        let (shortest, longest) = (Duration::from_millis(100), Duration::from_mins(1));
        let mut backoff = Backoff::new(shortest, longest);
        for full in [100, 200, 400, 800] {
            let (pause, full) = (backoff.pause(), Duration::from_millis(full));
            assert!(pause >= full / 2 && pause <= full, "{pause:?} for {full:?}");
        }
        for _ in 0..100 {
            assert!(backoff.pause() <= longest);
        }
        assert!(backoff.pause() >= longest / 2);
        backoff.reset();
        assert!(backoff.pause() <= shortest);
    }
}
