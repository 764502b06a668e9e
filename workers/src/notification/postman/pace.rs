//! How often a delivery is attempted, and with which pauses.

use std::time::Duration;

/// How often a delivery is attempted, and with which pauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The pause after the first attempt. Each further one is twice as long.
    pub first_pause: Duration,
    /// After how many attempts a delivery is given up.
    pub attempts: i32,
}

impl Default for Pace {
    /// Eight attempts over about two hours: long enough for a mail server's restart, soon enough to be told the same day.
    fn default() -> Self {
        Self { first_pause: Duration::from_mins(1), attempts: 8 }
    }
}

impl Pace {
    /// The pause after so many attempts; `None` when the delivery is given up.
    pub(super) fn pause_after(&self, attempts: i32) -> Option<Duration> {
        if attempts >= self.attempts {
            return None;
        }
        let doublings = u32::try_from(attempts - 1).unwrap_or_default();
        Some(self.first_pause.saturating_mul(2_u32.saturating_pow(doublings)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_until_the_delivery_is_given_up_after_two_hours() {
        let pauses: Vec<_> = (1..=8).map(|attempts| Pace::default().pause_after(attempts)).collect();
        let minutes = |minutes| Some(Duration::from_mins(minutes));
        let expected = [1, 2, 4, 8, 16, 32, 64].map(minutes);
        assert_eq!(pauses[..7], expected);
        assert_eq!(pauses[7], None);
        assert_eq!(pauses.into_iter().flatten().sum::<Duration>(), Duration::from_mins(127));
    }
}
