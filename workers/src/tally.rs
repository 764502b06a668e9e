//! What this process's workers have done since it started: the numbers of their leases. Kept for the whole process, like
//! the metrics beside which they are counted.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use broker_config::{Counted, consumer};

static TALLIES: LazyLock<Mutex<BTreeMap<&'static str, Arc<Tally>>>> = LazyLock::new(Mutex::default);

/// What a worker has done.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    handled: AtomicU64,
    failures: AtomicU64,
    dead_letters: AtomicU64,
}

impl Tally {
    /// The tally of a worker, or of one of its consumers.
    pub(crate) fn of(name: &'static str) -> Arc<Self> {
        let mut tallies = TALLIES.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(tallies.entry(name).or_default())
    }

    /// So many facts, requests or jobs were handled.
    pub(crate) fn handled(&self, count: u64) {
        self.handled.fetch_add(count, Relaxed);
    }

    /// An attempt failed and will be repeated.
    pub(crate) fn failed(&self) {
        self.failures.fetch_add(1, Relaxed);
    }

    /// A fact was put among the dead letters.
    pub(crate) fn buried(&self) {
        self.dead_letters.fetch_add(1, Relaxed);
    }

    fn counted(&self) -> Counted {
        Counted {
            handled: self.handled.load(Relaxed),
            failures: self.failures.load(Relaxed),
            dead_letters: self.dead_letters.load(Relaxed),
        }
    }
}

/// What a worker has done in this process, over all its consumers.
#[must_use]
pub fn counted(worker: &str) -> Counted {
    let tallies = TALLIES.lock().unwrap_or_else(PoisonError::into_inner);
    let of_worker = |name: &str| {
        name == worker || consumer::all().iter().any(|declared| declared.name == name && declared.worker == worker)
    };
    let counted = tallies.iter().filter(|(name, _)| of_worker(name)).map(|(_, tally)| tally.counted());
    counted.fold(Counted::default(), |sum, counted| sum + counted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_with_two_consumers_has_one_count() {
        Tally::of(consumer::NOTIFICATION).handled(2);
        Tally::of(consumer::NOTIFICATION_DUE).handled(1);
        Tally::of(consumer::NOTIFICATION_DUE).failed();
        assert_eq!(counted("notification"), Counted { handled: 3, failures: 1, dead_letters: 0 });
        assert_eq!(counted("nobody"), Counted::default());
    }
}
