//! `trayline-agent chat`: a chat in a terminal, or the lines of a pipe.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use agent::{Agent, AgentSettings, Event, Identity, LinkState, MAX_ENTRIES, SayError, What};
use broker_config::{Author, Line};
use serde_json::json;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

use crate::arguments::ChatArguments;
use crate::input::{Input, Inputs};
use crate::json::{self, Texts};
use crate::plain::Plain;
use crate::run::stopped;

/// How long to go on sending after the last line, when nobody asked to wait.
const STOP_PATIENCE: Duration = Duration::from_secs(5);

/// What the process exits with when not everything was stored in time.
const NOT_STORED: u8 = 3;

pub(crate) async fn chat(
    arguments: ChatArguments,
    identity: Identity,
    folder: PathBuf,
    session_user: Option<Line>,
) -> anyhow::Result<ExitCode> {
    let settings = AgentSettings { session_user, event_capacity: MAX_ENTRIES, ..AgentSettings::new(identity, folder) };
    let (agent, events) = Agent::start(settings).await?;
    if agent.salvage().damaged_lines > 0 {
        complain("part of the outbox could not be read; it is kept in `outbox.damaged`");
    }
    let mut chat = Chat {
        agent,
        events,
        plain: (!arguments.json).then(Plain::default),
        person_reads: io::stdin().is_terminal(),
        refused: false,
    };
    let mut inputs = Inputs::read_stdin(arguments.one_message)?;
    chat.until_end(&mut inputs).await?;

    let mut in_time = true;
    if arguments.wait {
        in_time = chat.until_stored(arguments.timeout()).await?;
        chat.agent.shutdown(Duration::ZERO).await;
    } else {
        chat.agent.shutdown(STOP_PATIENCE).await;
    }
    Ok(match (in_time, chat.refused) {
        (false, _) => {
            complain("not everything was stored in time; the rest stays in the outbox");
            ExitCode::from(NOT_STORED)
        }
        (true, true) => ExitCode::FAILURE,
        (true, false) => ExitCode::SUCCESS,
    })
}

struct Chat {
    agent: Agent,
    events: broadcast::Receiver<Event>,
    /// None prints JSON.
    plain: Option<Plain>,
    /// Whether somebody is there who reads what is shown.
    person_reads: bool,
    refused: bool,
}

impl Chat {
    async fn until_end(&mut self, inputs: &mut Inputs) -> anyhow::Result<()> {
        let mut stop = std::pin::pin!(stopped());
        loop {
            tokio::select! {
                event = self.events.recv() => self.heard(event).await?,
                input = inputs.next() => match input {
                    Some(input) => self.say(input).await?,
                    None => return Ok(()),
                },
                result = &mut stop => return Ok(result?),
            }
        }
    }

    async fn until_stored(&mut self, patience: Duration) -> anyhow::Result<bool> {
        let agent = self.agent.clone();
        let mut stored = std::pin::pin!(tokio::time::timeout(patience, agent.all_stored()));
        let in_time = loop {
            tokio::select! {
                event = self.events.recv() => self.heard(event).await?,
                result = &mut stored => break matches!(result, Ok(Ok(()))),
            }
        };
        // What came with the last receipt.
        loop {
            match self.events.try_recv() {
                Ok(event) => self.heard(Ok(event)).await?,
                Err(TryRecvError::Lagged(_)) => {}
                Err(TryRecvError::Empty | TryRecvError::Closed) => return Ok(in_time),
            }
        }
    }

    async fn say(&mut self, input: Input) -> anyhow::Result<()> {
        let text = match input {
            Input::Text(text) if text.is_empty() => return Ok(()),
            Input::Text(text) => text,
            Input::Refused(reason) => {
                self.refuse(reason);
                return Ok(());
            }
        };
        match self.agent.say(text).await {
            Ok(message_id) => match &mut self.plain {
                Some(plain) => print(&plain.typed(message_id))?,
                None => print(&[json!({"event": "accepted", "message_id": message_id}).to_string()])?,
            },
            Err(SayError::Stopped(stopped)) => return Err(stopped.into()),
            Err(error) => self.refuse(&error.to_string()),
        }
        Ok(())
    }

    fn refuse(&mut self, reason: &str) {
        self.refused = true;
        complain(&format!("not sent: {reason}"));
    }

    async fn heard(&mut self, event: Result<Event, RecvError>) -> anyhow::Result<()> {
        let event = match event {
            Ok(event) => event,
            Err(RecvError::Lagged(_)) => Event::Reset,
            Err(RecvError::Closed) => anyhow::bail!("the agent stopped"),
        };
        let Some(plain) = &mut self.plain else {
            print(&[json::event(&event, Texts::Shown).to_string()])?;
            return Ok(());
        };
        print(&plain.event(&event))?;
        let mut read = read_by_person(&event);
        if matches!(event, Event::Link(LinkState::Online) | Event::Reset) {
            let snapshot = self.agent.snapshot().await?;
            print(&plain.catch_up(&snapshot))?;
            read = snapshot.entries.last().map(|entry| entry.seq);
        }
        if let Some(seq) = read.filter(|_| self.person_reads) {
            self.agent.read_upto(seq).await?;
        }
        Ok(())
    }
}

/// The sequence up to which a person has read who is shown this.
fn read_by_person(event: &Event) -> Option<u64> {
    match event {
        Event::Entry(entry) => match &entry.what {
            What::Said { by, .. } if !matches!(by, Author::Client { .. }) => Some(entry.seq),
            _ => None,
        },
        _ => None,
    }
}

fn print(lines: &[String]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    for line in lines {
        writeln!(stdout, "{line}")?;
    }
    stdout.flush()
}

fn complain(what: &str) {
    // Nothing is left to tell when stderr is closed.
    _ = writeln!(io::stderr(), "trayline-agent: {what}");
}
