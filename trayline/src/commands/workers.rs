//! `trayline workers`

use std::fmt::Write;
use std::process::ExitCode;

use broker_config::{Clock, Log, Role, SystemClock, WorkerOverview, connect};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::config::Config;

/// Prints how every worker does.
pub async fn run(config: &Config, json: bool) -> anyhow::Result<ExitCode> {
    let log = Log::new(connect(&config.broker.address(Role::Operator), Role::Operator).await?);
    let overview = log.overview().await?;
    super::print(json, &table(&overview, SystemClock.now()), &json!({ "workers": overview }))?;
    Ok(ExitCode::SUCCESS)
}

/// One line per worker, and one below it per instance.
fn table(overview: &[WorkerOverview], now: DateTime<Utc>) -> String {
    let mut text = format!(
        "{:<14}{:>9}{:>9}{:>9}{:>9}{:>11}{:>10}{:>7}\n",
        "worker", "alive", "lag", "in work", "oldest", "handled", "failures", "dead"
    );
    for WorkerOverview { worker, instances, backlog, counted, dead_letters } in overview {
        let of_backlog = |number: fn(&broker_config::Backlog) -> u64| match backlog {
            Some(backlog) => number(backlog).to_string(),
            None => "-".to_owned(),
        };
        let oldest = backlog.as_ref().and_then(|backlog| backlog.oldest.as_ref());
        let oldest = oldest.map_or_else(|| "-".to_owned(), |oldest| age(oldest.age_seconds));
        let (lag, in_work) = (of_backlog(|backlog| backlog.lag), of_backlog(|backlog| backlog.in_work));
        // Writing into a String cannot fail.
        let _ = writeln!(
            text,
            "{worker:<14}{:>9}{lag:>9}{in_work:>9}{oldest:>9}{:>11}{:>10}{dead_letters:>7}",
            instances.len(),
            counted.handled,
            counted.failures,
        );
        for instance in instances {
            let up = u64::try_from((now - instance.started_at).max(TimeDelta::zero()).num_seconds());
            let _ = writeln!(
                text,
                "  {} pid {} up {} version {}",
                instance.host,
                instance.process_id,
                age(up.unwrap_or_default()),
                instance.version
            );
        }
    }
    text.trim_end().to_owned()
}

/// A time span in the largest unit that it fills.
pub(super) fn age(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m", seconds / 60),
        3600..86_400 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use broker_config::{Backlog, Counted, InstanceId, OldestFact, WorkerLease};

    use super::*;

    #[test]
    fn a_worker_has_a_line_and_each_instance_one_below_it() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::hours(3);
        let oldest = OldestFact { stream: "CHAT", seq: 9, at: DateTime::UNIX_EPOCH, age_seconds: 125 };
        let lease = WorkerLease {
            worker: "ping".to_owned(),
            instance_id: InstanceId::new(),
            host: "one".to_owned(),
            process_id: 7,
            version: "0.1.0".to_owned(),
            started_at: DateTime::UNIX_EPOCH,
            counted: Counted { handled: 5, failures: 1, dead_letters: 2 },
        };
        let ping = WorkerOverview {
            worker: "ping",
            counted: lease.counted,
            instances: vec![lease],
            backlog: Some(Backlog { lag: 3, in_work: 1, requests: 1, oldest: Some(oldest) }),
            dead_letters: 2,
        };
        let sync = WorkerOverview {
            worker: "sync",
            instances: Vec::new(),
            backlog: None,
            counted: Counted::default(),
            dead_letters: 0,
        };
        assert_eq!(
            table(&[ping, sync], now).lines().collect::<Vec<_>>(),
            [
                "worker            alive      lag  in work   oldest    handled  failures   dead",
                "ping                  1        3        1       2m          5         1      2",
                "  one pid 7 up 3h version 0.1.0",
                "sync                  0        -        -        -          0         0      0",
            ]
        );
    }
}
