//! When a job is due.

use std::iter::successors;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use croner::Cron;
use croner::parser::{CronParser, Seconds};
use serde::{Deserialize, Serialize};

/// How many of a schedule's times are looked at to find how close two of them are.
const TIMES: usize = 64;

/// A cron expression with seconds, in UTC: `0 */10 * * * *` is every ten minutes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Schedule {
    expression: String,
    shortest_gap: Duration,
}

/// The text is not a cron expression with seconds that has a next time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a cron expression with seconds, such as \"0 */10 * * * *\"")]
pub struct MalformedSchedule;

impl Schedule {
    pub(super) fn expression(&self) -> &str {
        &self.expression
    }

    /// The shortest time between two of its times.
    pub(super) fn shortest_gap(&self) -> Duration {
        self.shortest_gap
    }
}

impl FromStr for Schedule {
    type Err = MalformedSchedule;

    fn from_str(expression: &str) -> Result<Self, MalformedSchedule> {
        let parser = CronParser::builder().seconds(Seconds::Required).build();
        let cron = parser.parse(expression).map_err(|_| MalformedSchedule)?;
        let shortest_gap = shortest_gap(&cron).ok_or(MalformedSchedule)?;
        Ok(Self { expression: expression.to_owned(), shortest_gap })
    }
}

/// Counted from a fixed time, so that an expression has one answer. The parser's own iterator leaves out every other second
/// of an expression that is due each second.
fn shortest_gap(cron: &Cron) -> Option<Duration> {
    let next = |after: &DateTime<Utc>| cron.find_next_occurrence(after, false).ok();
    let times: Vec<_> = successors(next(&DateTime::UNIX_EPOCH), next).take(TIMES).collect();
    let gaps = times.windows(2).filter_map(|pair| (pair[1] - pair[0]).to_std().ok());
    gaps.min()
}

impl TryFrom<String> for Schedule {
    type Error = MalformedSchedule;

    fn try_from(expression: String) -> Result<Self, MalformedSchedule> {
        expression.parse()
    }
}

impl From<Schedule> for String {
    fn from(schedule: Schedule) -> Self {
        schedule.expression
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_knows_how_close_its_times_are_and_refuses_what_is_none() {
        for (expression, gap) in [
            ("0 */10 * * * *", Some(600)),
            ("0 0,10 9 * * *", Some(600)),
            ("0 30 3 * * *", Some(86_400)),
            ("* * * * * *", Some(1)),
            ("*/10 * * * *", None),
            ("0 61 * * * *", None),
            ("every day", None),
        ] {
            let schedule: Result<Schedule, _> = expression.parse();
            assert_eq!(schedule.map(|schedule| schedule.shortest_gap().as_secs()).ok(), gap, "{expression}");
        }
    }
}
