//! What the doctor sees of the broker.

use broker_config::{Clock, ConnectError, Log, Role, SystemClock, connect, declare, stream};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;

use crate::config::Config;

use super::{Finding, chain, workers};

pub(super) async fn look(config: &Config) -> Vec<Finding> {
    let client = match connect(&config.broker.address(Role::Operator), Role::Operator).await {
        Ok(client) => client,
        Err(error) => return vec![unreachable(&error)],
    };
    let version = client.server_info().version;
    let mut findings = vec![Finding::ok("broker", format!("nats-server {version} answers"))];
    let log = Log::new(client);
    match declare::check(log.jetstream(), config.broker.replicas).await {
        Ok(differences) if differences.is_empty() => {
            findings.push(Finding::ok("streams and consumers", "as declared"));
        }
        Ok(differences) => {
            let found = differences.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            findings.push(Finding::fail("streams and consumers", found, "run `trayline broker apply`"));
        }
        Err(error) => {
            let advice = "see whether JetStream is on: the server must run with the files of `trayline broker init`";
            findings.push(Finding::fail("streams and consumers", chain(&error), advice));
            return findings;
        }
    }
    findings.push(broker_clock(&log).await);
    findings.extend(workers::look(&log).await);
    findings.push(dead_letters(&log).await);
    findings
}

fn unreachable(error: &ConnectError) -> Finding {
    let advice = match error {
        ConnectError::Credentials { .. } => "broker.credentials must name the folder that `trayline broker init` made",
        ConnectError::Unreachable(_) => "see whether nats-server runs and whether broker.urls is right",
        ConnectError::TooOld { .. } => "install nats-server 2.12 or newer",
    };
    Finding::fail("broker", chain(error), advice)
}

/// What of JetStream's answers the client library does not tell: when it was given, by the server's clock.
#[derive(Deserialize)]
struct Answered {
    ts: DateTime<Utc>,
}

async fn broker_clock(log: &Log) -> Finding {
    const ABOUT: &str = "broker's clock";
    let before = SystemClock.now();
    let asked: Result<Answered, _> = log.jetstream().request(format!("STREAM.INFO.{}", stream::CHAT), &json!({})).await;
    match asked {
        Ok(answered) => super::clock(ABOUT, before, answered.ts, SystemClock.now()),
        Err(error) => Finding::warn(ABOUT, chain(&error), "ask again"),
    }
}

async fn dead_letters(log: &Log) -> Finding {
    const ABOUT: &str = "dead letters";
    let info = match log.jetstream().get_stream_no_info(stream::DEAD).await {
        Ok(stream) => stream.get_info().await,
        Err(error) => return Finding::fail(ABOUT, chain(&error), "run `trayline broker apply`"),
    };
    match info {
        Ok(info) if info.state.messages == 0 => Finding::ok(ABOUT, "none"),
        Ok(info) => {
            let found = format!("{} facts could not be handled by a worker", info.state.messages);
            Finding::warn(
                ABOUT,
                found,
                "read them with `trayline dead list`; `trayline dead replay` gives them to their workers again",
            )
        }
        Err(error) => Finding::fail(ABOUT, chain(&error), "run `trayline broker apply`"),
    }
}
