//! Wakes whoever delivers when deliveries are overdue: who should have attempted them is gone, or was never told of them.
//!
//! To wake is all it does. Postmen take deliveries by a lease, so that one who is woken twice, or two who are woken at
//! once, attempt each of them once.

use serde_json::{Value, json};
use store::deliveries::{self, Overdue};

use super::{Housekeeping, JobError};
use crate::notification::postman::LONGEST_NAP;

pub(super) async fn run(housekeeping: &Housekeeping) -> Result<Value, JobError> {
    let Overdue { waiting, begun_before } = deliveries::overdue(&housekeeping.db, LONGEST_NAP).await?;
    if waiting > 0 {
        deliveries::wake(&housekeeping.db).await?;
        tracing::warn!(waiting, begun_before, "deliveries are overdue; does the worker notification run?");
    }
    Ok(json!({ "woken_for": waiting, "begun_before": begun_before }))
}
