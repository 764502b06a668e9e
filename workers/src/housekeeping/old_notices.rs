//! Forgets what technicians were told long ago, and the bookkeeping by which they were told once.

use chrono::TimeDelta;
use serde_json::{Value, json};
use store::upkeep;

use super::{Housekeeping, JobError};

/// How many notices, how many tests of webhooks, and what was told of how many chats one run forgets, at most.
const ROWS: i64 = 50_000;

pub(super) async fn run(housekeeping: &Housekeeping) -> Result<Value, JobError> {
    let db = &housekeeping.db;
    let before = store::server::clock(db).await? - TimeDelta::days(housekeeping.settings.notice_days.into());
    let notices = upkeep::forget_notices(db, before, ROWS).await?;
    let tests = upkeep::forget_tests(db, before, ROWS).await?;
    let told = upkeep::forget_bookkeeping(db, before, ROWS).await?;
    Ok(json!({
        "notices": notices.notices,
        "deliveries": notices.deliveries + tests,
        "claims": told.claims,
        "pings": told.pings,
    }))
}
