//! Places at which a test may end the process, as a power cut or `kill -9` would. Nothing without the feature `fault-points`.

#[cfg(feature = "fault-points")]
mod armed {
    use std::sync::atomic::{AtomicU64, Ordering};

    /// How many more places are passed; 0 when nothing is armed.
    static LEFT: AtomicU64 = AtomicU64::new(0);

    /// Ends this process at the `nth` place that it comes to.
    pub fn end_at(nth: u64) {
        LEFT.store(nth, Ordering::SeqCst);
    }

    pub(crate) fn point() {
        let left = LEFT.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if left == Ok(1) {
            std::process::abort();
        }
    }
}

#[cfg(feature = "fault-points")]
pub use armed::end_at;
#[cfg(feature = "fault-points")]
pub(crate) use armed::point;

/// A place at which the process may end.
#[cfg(not(feature = "fault-points"))]
pub(crate) fn point() {}
