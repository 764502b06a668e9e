//! `trayline doctor`

mod broker;
mod database;
mod workers;

use std::fmt::Write;
use std::process::ExitCode;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use crate::config::Config;

/// A clock that differs by more than this misleads whoever compares logs.
const CLOCK_WARNS: TimeDelta = TimeDelta::seconds(2);

/// A clock that differs by more than this makes sessions and tokens end too early or too late.
const CLOCK_FAILS: TimeDelta = TimeDelta::minutes(2);

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Health {
    Ok,
    Warn,
    Fail,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Finding {
    /// What was looked at, in a word or two.
    about: &'static str,
    health: Health,
    /// What was found.
    found: String,
    /// What to do, when it is not well.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<&'static str>,
}

impl Finding {
    fn ok(about: &'static str, found: impl Into<String>) -> Self {
        Self { about, health: Health::Ok, found: found.into(), advice: None }
    }

    fn warn(about: &'static str, found: impl Into<String>, advice: &'static str) -> Self {
        Self { about, health: Health::Warn, found: found.into(), advice: Some(advice) }
    }

    fn fail(about: &'static str, found: impl Into<String>, advice: &'static str) -> Self {
        Self { about, health: Health::Fail, found: found.into(), advice: Some(advice) }
    }
}

/// Looks at everything, however much of it is broken.
pub async fn run(config: &Config, json: bool) -> anyhow::Result<ExitCode> {
    let (broker, database) = tokio::join!(broker::look(config), database::look(config));
    let findings: Vec<_> = broker.into_iter().chain(database).collect();
    let has_failed = findings.iter().any(|finding| finding.health == Health::Fail);
    super::print(json, &for_people(&findings), &serde_json::json!({ "ok": !has_failed, "findings": findings }))?;
    Ok(if has_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn for_people(findings: &[Finding]) -> String {
    let mut text = String::new();
    for Finding { about, health, found, advice } in findings {
        let mark = match health {
            Health::Ok => "ok  ",
            Health::Warn => "warn",
            Health::Fail => "FAIL",
        };
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{mark}  {about:<22}{found}");
        if let Some(advice) = advice {
            let _ = writeln!(text, "      {:<22}-> {advice}", "");
        }
    }
    text.trim_end().to_owned()
}

/// How far another clock is from ours. It was asked after `before` and had answered by `after`.
fn clock(about: &'static str, before: DateTime<Utc>, theirs: DateTime<Utc>, after: DateTime<Utc>) -> Finding {
    let difference = match theirs {
        theirs if theirs < before => before - theirs,
        theirs if theirs > after => theirs - after,
        _ => TimeDelta::zero(),
    };
    let found = format!("differs from ours by {:.1} s", difference.as_seconds_f64());
    let advice = "set both machines' clocks by NTP";
    if difference > CLOCK_FAILS {
        Finding::fail(about, found, advice)
    } else if difference > CLOCK_WARNS {
        Finding::warn(about, found, advice)
    } else {
        Finding::ok(about, found)
    }
}

/// An error with what lies behind it, on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let _ = write!(text, ": {cause}");
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_within_the_time_of_the_question_is_right_and_one_far_off_is_not() {
        let at = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        for (theirs, health) in [
            (at(100), Health::Ok),
            (at(101), Health::Ok),
            (at(110), Health::Warn),
            (at(90), Health::Warn),
            (at(1000), Health::Fail),
            (at(-1000), Health::Fail),
        ] {
            assert_eq!(clock("clock", at(99), theirs, at(102)).health, health, "{theirs}");
        }
    }
}
