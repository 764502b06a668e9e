//! What the doctor sees of the workers.

use broker_config::{Log, WorkerOverview};

use super::{Finding, chain};
use crate::commands::workers::age;

/// A worker that is so many facts behind does not keep up.
const LAG_WARNS: u64 = 1000;

/// A fact that waits for so long is not about to be handled.
const OLDEST_WARNS_SECONDS: u64 = 60;

const ABOUT: &str = "workers";

pub(super) async fn look(log: &Log) -> Vec<Finding> {
    match log.overview().await {
        Ok(overview) => overview.iter().map(finding).collect(),
        Err(error) => vec![Finding::fail(ABOUT, chain(&error), "run `trayline broker apply`")],
    }
}

fn finding(WorkerOverview { worker, instances, backlog, .. }: &WorkerOverview) -> Finding {
    let alive = match instances.len() {
        1 => "1 instance".to_owned(),
        count => format!("{count} instances"),
    };
    let mut found = format!("{worker}: {alive}");
    let (mut lag, mut oldest_seconds) = (0, 0);
    if let Some(backlog) = backlog {
        lag = backlog.lag;
        found = format!("{found}, {lag} facts behind, {} in work", backlog.in_work);
        if let Some(oldest) = &backlog.oldest {
            oldest_seconds = oldest.age_seconds;
            found = format!("{found}, the oldest {} old", age(oldest_seconds));
        }
    }
    if instances.is_empty() {
        Finding::fail(ABOUT, found, "nobody does this work: start `trayline work` on some host")
    } else if lag > LAG_WARNS || oldest_seconds > OLDEST_WARNS_SECONDS {
        Finding::warn(ABOUT, found, "if it does not fall, look at the worker's log, or start more of it")
    } else {
        Finding::ok(ABOUT, found)
    }
}

#[cfg(test)]
mod tests {
    use broker_config::{Backlog, Counted, InstanceId, OldestFact, WorkerLease};
    use chrono::DateTime;

    use super::super::Health;
    use super::*;

    #[test]
    fn a_worker_without_an_instance_fails_and_one_that_is_behind_warns() {
        let lease = WorkerLease {
            worker: "ping".to_owned(),
            instance_id: InstanceId::new(),
            host: "one".to_owned(),
            process_id: 7,
            version: "0.1.0".to_owned(),
            started_at: DateTime::UNIX_EPOCH,
            counted: Counted::default(),
        };
        let waits = |lag, age_seconds| {
            let oldest = OldestFact { stream: "CHAT", seq: 1, at: DateTime::UNIX_EPOCH, age_seconds };
            Backlog { lag, in_work: 0, requests: 1, oldest: Some(oldest) }
        };
        for (instances, backlog, health, words) in [
            (0, Some(waits(0, 0)), Health::Fail, "0 instances, 0 facts behind"),
            (0, None, Health::Fail, "0 instances"),
            (2, None, Health::Ok, "2 instances"),
            (1, Some(waits(1000, 60)), Health::Ok, "1 instance, 1000 facts behind, 0 in work, the oldest 1m old"),
            (1, Some(waits(1001, 0)), Health::Warn, "1001 facts behind"),
            (1, Some(waits(1, 61)), Health::Warn, "the oldest 1m old"),
        ] {
            let overview = WorkerOverview {
                worker: "ping",
                instances: vec![lease.clone(); instances],
                backlog,
                counted: Counted::default(),
                dead_letters: 0,
            };
            let found = finding(&overview);
            assert!(found.health == health && found.found.contains(words), "{found:?}");
        }
    }
}
