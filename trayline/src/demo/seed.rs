//! Chance that falls the same way every time.

use chrono::{DateTime, TimeDelta, Utc};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Which demo it is. Another number, another shop.
const SEED: u64 = 20_261_122;

/// When the demo's things were made, as far as their ids say so: 2026-01-05T08:00:00Z.
const MADE: i64 = 1_767_600_000;

/// A source of choices and ids.
#[derive(Debug)]
pub struct Seed {
    random: StdRng,
    made: i64,
}

impl Seed {
    /// The source for one part of the demo, so that parts do not depend on each other's order.
    pub fn of(part: u64) -> Self {
        Self { random: StdRng::seed_from_u64(SEED ^ (part << 32)), made: MADE }
    }

    /// A new id, later than the one before.
    pub fn id<T: From<uuid::Uuid>>(&mut self) -> T {
        self.made += 60;
        let millis = u64::try_from(self.made * 1000).unwrap_or_default();
        let bytes: [u8; 10] = self.random.random();
        uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid().into()
    }

    /// One of them. They must not be none.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// A number from 0 up to this, exclusive.
    pub fn below(&mut self, limit: usize) -> usize {
        self.random.random_range(0..limit)
    }

    /// A time that is so many seconds later.
    pub fn later(&mut self, than: DateTime<Utc>, seconds: std::ops::Range<i64>) -> DateTime<Utc> {
        than + TimeDelta::seconds(self.random.random_range(seconds))
    }
}
