//! `trayline dead …`

mod replay;

use std::fmt::Write;
use std::io::{BufRead, IsTerminal};
use std::process::ExitCode;

use anyhow::{Context, bail, ensure};
use broker_config::{Buried, Clock, Log, Role, SystemClock, connect, consumer};
use serde_json::{Value, json};
use store::audit::Deed;

use super::audit::done;
use super::workers::age;
use crate::arguments::{Dead, Letters};
use crate::config::Config;
use crate::parts::database;

pub async fn run(config: &Config, command: Dead, json: bool) -> anyhow::Result<ExitCode> {
    let log = Log::new(connect(&config.broker.address(Role::Operator), Role::Operator).await?);
    match command {
        Dead::List { worker } => list(&log, worker.as_deref(), json).await,
        Dead::Show { letter } => show(&log, letter, json).await,
        Dead::Replay(letters) => replay::run(config, &log, &letters, json).await,
        Dead::Discard { letters, yes } => discard(config, &log, &letters, yes, json).await,
    }
}

async fn list(log: &Log, worker: Option<&str>, json: bool) -> anyhow::Result<ExitCode> {
    let letters = all(log, worker).await?;
    let mut text = format!("{:>7}  {:<18}{:>6}  reason\n", "letter", "worker", "age");
    for Buried { letter_seq, buried_at, consumer, letter } in &letters {
        let seconds = u64::try_from((SystemClock.now() - *buried_at).num_seconds()).unwrap_or_default();
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{letter_seq:>7}  {consumer:<18}{:>6}  {}", age(seconds), letter.reason);
        let _ = writeln!(text, "{:>7}  {} {}, {}", "", letter.stream, letter.seq, letter.subject);
    }
    let text = if letters.is_empty() { "There are no dead letters." } else { text.trim_end() };
    let value: Vec<_> = letters.iter().map(as_json).collect();
    super::print(json, text, &json!({ "dead_letters": value }))?;
    Ok(ExitCode::SUCCESS)
}

async fn show(log: &Log, letter_seq: u64, json: bool) -> anyhow::Result<ExitCode> {
    let buried = log.dead_letter(letter_seq).await?.with_context(|| no_letter(letter_seq))?;
    let payload = log.payload_of(&buried.letter).await?;
    let payload = payload.map(|payload| String::from_utf8_lossy(&payload).into_owned());
    let Buried { buried_at, consumer, letter, .. } = &buried;
    let text = format!(
        "letter   {letter_seq}, of {buried_at}\nworker   {consumer}\nreason   {}\nmessage  {} {}, of {}\nsubject  {}\n\n{}",
        letter.reason,
        letter.stream,
        letter.seq,
        letter.at,
        letter.subject,
        payload.as_deref().unwrap_or("Neither the letter nor the stream has the message any more."),
    );
    let mut value = as_json(&buried);
    value["payload"] = json!(payload);
    super::print(json, &text, &value)?;
    Ok(ExitCode::SUCCESS)
}

async fn discard(config: &Config, log: &Log, letters: &Letters, yes: bool, json: bool) -> anyhow::Result<ExitCode> {
    let chosen = chosen(log, letters).await?;
    if !yes && !chosen.is_empty() {
        confirm(chosen.len())?;
    }
    let db = database::connect(config)?;
    for buried in &chosen {
        store::audit::record(&db, &as_deed("dead_letter.discarded", buried)).await?;
        log.discard_dead_letter(buried.letter_seq).await?;
    }
    let discarded: Vec<_> = chosen.iter().map(|buried| buried.letter_seq).collect();
    let text = format!("{} dead letters were thrown away.", discarded.len());
    super::print(json, &text, &json!({ "discarded": discarded }))?;
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::print_stderr, reason = "a question to the person at the terminal")]
fn confirm(count: usize) -> anyhow::Result<()> {
    ensure!(std::io::stdin().is_terminal(), "nobody is there to ask; --yes throws them away without asking");
    eprint!("Throw away {count} dead letters for good? [y/N] ");
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    if answer.trim().eq_ignore_ascii_case("y") { Ok(()) } else { bail!("nothing was thrown away") }
}

/// The letters that were named, each one once.
async fn chosen(log: &Log, letters: &Letters) -> anyhow::Result<Vec<Buried>> {
    if letters.all || letters.worker.is_some() {
        return all(log, letters.worker.as_deref()).await;
    }
    let mut chosen: Vec<Buried> = Vec::new();
    for letter_seq in &letters.letters {
        if chosen.iter().all(|buried| buried.letter_seq != *letter_seq) {
            chosen.push(log.dead_letter(*letter_seq).await?.with_context(|| no_letter(*letter_seq))?);
        }
    }
    Ok(chosen)
}

/// Every dead letter, or every one of a worker.
async fn all(log: &Log, worker: Option<&str>) -> anyhow::Result<Vec<Buried>> {
    let declared = consumer::all();
    let of_worker = |buried: &Buried| match worker {
        None => true,
        Some(worker) => {
            buried.consumer == worker
                || declared.iter().any(|declared| declared.name == buried.consumer && declared.worker == worker)
        }
    };
    let (mut letters, mut after) = (Vec::new(), 0);
    loop {
        let page = log.dead_letters(after).await?;
        let Some(last) = page.last() else { return Ok(letters) };
        after = last.letter_seq;
        letters.extend(page.into_iter().filter(of_worker));
    }
}

/// What is done with a letter, for the audit log.
fn as_deed(action: &'static str, buried: &Buried) -> Deed<'static> {
    let details = json!({ "worker": buried.consumer, "stream": buried.letter.stream, "seq": buried.letter.seq });
    done(action, ("dead_letter", buried.letter_seq), details)
}

fn no_letter(letter_seq: u64) -> String {
    format!("there is no dead letter {letter_seq}; `trayline dead list` says which there are")
}

fn as_json(Buried { letter_seq, buried_at, consumer, letter }: &Buried) -> Value {
    json!({
        "letter_seq": letter_seq,
        "buried_at": buried_at,
        "worker": consumer,
        "reason": letter.reason,
        "stream": letter.stream,
        "seq": letter.seq,
        "subject": letter.subject,
        "at": letter.at,
    })
}
