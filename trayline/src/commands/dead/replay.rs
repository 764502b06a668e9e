//! `trayline dead replay`: gives the worker that could not handle a message that message once more, in this process.

use std::process::ExitCode;

use anyhow::{Context, bail};
use broker_config::presence::Online;
use broker_config::{Buried, Log, Role, consumer};
use serde_json::json;
use sqlx::PgPool;
use workers::assignment::Assignment;
use workers::notification::Notification;
use workers::persistence::Persistence;
use workers::ping::Ping;
use workers::runner::{BatchWorker, replay};
use workers::unavailable::Unavailable;

use super::{as_deed, as_json, chosen};
use crate::arguments::Letters;
use crate::config::Config;
use crate::parts::Connections;

/// Replays letters, oldest first. One that is handled is thrown away; one that is not stays.
pub async fn run(config: &Config, operator: &Log, letters: &Letters, json: bool) -> anyhow::Result<ExitCode> {
    let chosen = chosen(operator, letters).await?;
    let connections = Connections::open(config, &[Role::Worker]).await?;
    let (mut lines, mut values, mut all_handled) = (Vec::new(), Vec::new(), true);
    for buried in &chosen {
        let mut value = as_json(buried);
        store::audit::record(&connections.db, &as_deed("dead_letter.replayed", buried)).await?;
        let refused = attempt(&connections, operator, buried).await.err();
        match &refused {
            None => {
                operator.discard_dead_letter(buried.letter_seq).await?;
                lines.push(format!("{}: handled", buried.letter_seq));
            }
            Some(reason) => {
                all_handled = false;
                value["reason"] = json!(format!("{reason:#}"));
                lines.push(format!("{}: not handled: {reason:#}", buried.letter_seq));
            }
        }
        value["handled"] = json!(refused.is_none());
        values.push(value);
    }
    connections.close().await;
    let text = if lines.is_empty() { "There are no such dead letters.".to_owned() } else { lines.join("\n") };
    super::super::print(json, &text, &json!({ "replayed": values }))?;
    Ok(if all_handled { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Lets the letter's worker handle its message. Some want to know who is online, so that is followed meanwhile.
async fn attempt(connections: &Connections, operator: &Log, buried: &Buried) -> anyhow::Result<()> {
    let payload = operator.payload_of(&buried.letter).await?;
    let payload = payload.context("neither the letter nor the stream has the message any more")?;
    let log = connections.log(Role::Worker)?;
    let online = Online::default();
    tokio::select! {
        handled = handle(connections.db.clone(), log.clone(), online.clone(), buried, &payload) => handled,
        never = online.follow(&log) => match never {},
    }
}

async fn handle(db: PgPool, log: Log, online: Online, buried: &Buried, payload: &[u8]) -> anyhow::Result<()> {
    match buried.consumer.as_str() {
        consumer::PERSISTENCE => again(&Persistence::new(db, log.client()), buried, payload).await,
        consumer::ASSIGNMENT => again(&Assignment::new(db, log), buried, payload).await,
        consumer::UNAVAILABLE => again(&Unavailable::new(db, log), buried, payload).await,
        consumer::UNAVAILABLE_DUE => again(&Unavailable::new(db, log).due(), buried, payload).await,
        consumer::PING => again(&Ping::new(db, log, online), buried, payload).await,
        consumer::NOTIFICATION => again(&Notification::new(db, log, online), buried, payload).await,
        consumer::NOTIFICATION_DUE => again(&Notification::new(db, log, online).due(), buried, payload).await,
        other => bail!("this version has no worker {other}"),
    }
}

async fn again<W: BatchWorker>(worker: &W, Buried { letter, .. }: &Buried, payload: &[u8]) -> anyhow::Result<()> {
    Ok(replay(worker, &letter.subject, payload, (letter.seq, letter.at)).await?)
}
