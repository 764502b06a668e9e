//! A running agent, as whoever shows the conversation sees it.

mod asked;
mod driver;
mod errors;
mod heard;
mod reaching;
mod renewal;
mod sending;
mod state;
mod syncing;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use broker_config::{ChatId, Clock, Line, MenuEntryId, MessageId, SystemClock, Text};
use serde::{Deserialize, Serialize};
use tokio::sync::{broadcast, mpsc, oneshot};

use crate::conversation::{About, Delivery, Entry, Snapshot, Waiting};
use crate::identity::Identity;
use crate::outbox::{Outbox, OutboxError, Salvage};
use crate::remembered;
use driver::{Command, Driver};

pub use errors::{SayError, StartError, Stopped};

/// How many commands may wait.
const COMMAND_CAPACITY: usize = 32;

/// What an agent is started with.
#[derive(Clone)]
pub struct AgentSettings {
    /// Who the device is.
    pub identity: Identity,
    /// Where the outbox is. One agent at a time.
    pub folder: PathBuf,
    /// Other folders, whose messages are taken over when their agents are gone.
    pub adopted_folders: Vec<PathBuf>,
    /// The user of the operating system's session, as technicians see it.
    pub session_user: Option<Line>,
    /// The device's clock.
    pub clock: Arc<dyn Clock>,
    /// How long to wait for a receipt of what the broker has before asking for it.
    pub receipt_patience: Duration,
    /// How long the broker or the sync worker may take to answer.
    pub answer_patience: Duration,
    /// How often to ask for another credential, and to look whether somebody has taken one.
    pub renewal_pause: Duration,
    /// How many events may wait for whoever shows them; beyond that they are told that some were missed.
    pub event_capacity: usize,
}

impl AgentSettings {
    /// The usual settings.
    #[must_use]
    pub fn new(identity: Identity, folder: PathBuf) -> Self {
        Self {
            identity,
            folder,
            adopted_folders: Vec::new(),
            session_user: None,
            clock: Arc::new(SystemClock),
            receipt_patience: Duration::from_secs(10),
            answer_patience: Duration::from_secs(5),
            renewal_pause: Duration::from_hours(1),
            event_capacity: 64,
        }
    }
}

/// A running agent. Cheap to clone; when the last clone is gone, the agent stops.
#[derive(Debug, Clone)]
pub struct Agent {
    commands: mpsc::Sender<Command>,
    events: broadcast::Sender<Event>,
    salvage: Salvage,
}

/// Something to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", content = "value", rename_all = "snake_case")]
pub enum Event {
    /// The connection changed.
    Link(LinkState),
    /// What the device is told about itself changed.
    About(About),
    /// The log has this entry. Usually the last; one that comes late has its place by its sequence.
    Entry(Entry),
    /// One of the client's own messages has come further.
    Delivery {
        /// The message.
        message_id: MessageId,
        /// How far.
        delivery: Delivery,
    },
    /// A technician began or stopped typing.
    Typing(bool),
    /// How many messages of others the client has not read.
    Unread(usize),
    /// What was shown is no longer so: take a new snapshot.
    Reset,
    /// The disk refuses: what waits is not sent until it takes writes again.
    DiskTrouble,
}

/// Whether there is a way to the technicians.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    /// Not now. Messages wait.
    Offline,
    /// There is, and the conversation is up to date.
    Online,
    /// The broker or Trayline refuses this device: it was removed, or its credential revoked. It is tried again seldom.
    Refused,
}

impl Agent {
    /// Opens the outbox and starts the agent on the current tokio runtime. It connects when it can.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start(settings: AgentSettings) -> Result<(Self, broadcast::Receiver<Event>), StartError> {
        settings.identity.key_pair().map_err(|_| StartError::Identity)?;
        let (folder, adopted) = (settings.folder.clone(), settings.adopted_folders.clone());
        let opened = tokio::task::spawn_blocking(move || open(&folder, &adopted)).await;
        let (outbox, salvage, about) = opened.map_err(|_| StartError::Interrupted)??;
        if salvage != Salvage::default() {
            tracing::warn!(damaged_lines = salvage.damaged_lines, torn = salvage.torn, "the outbox was damaged");
        }
        let (commands, receiver) = mpsc::channel(COMMAND_CAPACITY);
        let (events, first) = broadcast::channel(settings.event_capacity.max(1));
        if settings.identity.folder.is_some() {
            tokio::spawn(renewal::renew(settings.identity.clone(), settings.renewal_pause, commands.downgrade()));
        }
        tokio::spawn(Driver::new(settings, outbox, about, receiver, events.clone()).run());
        let agent = Self { commands, events, salvage };
        Ok((agent, first))
    }

    /// What was wrong with the outbox when it was opened.
    #[must_use]
    pub fn salvage(&self) -> &Salvage {
        &self.salvage
    }

    /// Events from now on.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Says something. When this returns, the message is on this device's disk and will be sent, whatever happens.
    ///
    /// # Errors
    /// See [`SayError`]. The message is then neither kept nor sent.
    pub async fn say(&self, text: impl Into<String>) -> Result<MessageId, SayError> {
        Ok(self.write(text).await?.message_id)
    }

    /// Like [`Agent::say`], for those who show at once what was said.
    ///
    /// # Errors
    /// See [`SayError`]. The message is then neither kept nor sent.
    pub async fn write(&self, text: impl Into<String>) -> Result<Waiting, SayError> {
        let text = Text::new(text)?;
        let (answer, answered) = oneshot::channel();
        self.send(Command::Say { text, answer }).await?;
        answered.await.map_err(|_| Stopped)?
    }

    /// The client chose this entry of the menu, or came another way: a chat that they begin now names it.
    ///
    /// # Errors
    /// When the agent has stopped.
    pub async fn chose(&self, entry_id: Option<MenuEntryId>) -> Result<(), Stopped> {
        self.send(Command::Chose(entry_id)).await
    }

    /// Marks everything up to this sequence as read by the client.
    ///
    /// # Errors
    /// When the agent has stopped.
    pub async fn read_upto(&self, seq: u64) -> Result<(), Stopped> {
        self.send(Command::ReadUpto(seq)).await
    }

    /// Everything up to this sequence is on the screen, whether or not the client has read it. Technicians see it.
    ///
    /// # Errors
    /// When the agent has stopped.
    pub async fn shown_upto(&self, seq: u64) -> Result<(), Stopped> {
        self.send(Command::ShownUpto(seq)).await
    }

    /// The client is typing. Call it as often as keys are pressed; it is told as often as needed.
    ///
    /// # Errors
    /// When the agent has stopped.
    pub async fn typing(&self) -> Result<(), Stopped> {
        self.send(Command::Typing).await
    }

    /// All there is to show now. Events received before this call may already be in it.
    ///
    /// # Errors
    /// When the agent has stopped.
    pub async fn snapshot(&self) -> Result<Snapshot, Stopped> {
        let (answer, answered) = oneshot::channel();
        self.send(Command::Snapshot(answer)).await?;
        answered.await.map_err(|_| Stopped)
    }

    /// The connection now.
    ///
    /// # Errors
    /// When the agent has stopped.
    pub async fn link(&self) -> Result<LinkState, Stopped> {
        let (answer, answered) = oneshot::channel();
        self.send(Command::Link(answer)).await?;
        answered.await.map_err(|_| Stopped)
    }

    /// Waits until every message is stored.
    ///
    /// # Errors
    /// When the agent stops before.
    pub async fn all_stored(&self) -> Result<(), Stopped> {
        let (answer, answered) = oneshot::channel();
        self.send(Command::AllStored(answer)).await?;
        answered.await.map_err(|_| Stopped)
    }

    /// Stops the agent: at once when nothing waits, else after `patience` at the latest. What is not sent by then stays in the
    /// outbox, which another agent may open when this returns.
    pub async fn shutdown(self, patience: Duration) {
        if tokio::time::timeout(patience, self.all_stored()).await.is_err() {
            tracing::info!("stopping with messages in the outbox");
        }
        let (answer, answered) = oneshot::channel();
        if self.send(Command::Stop(answer)).await.is_ok() {
            // An error means that it has stopped already.
            _ = answered.await;
        }
    }

    async fn send(&self, command: Command) -> Result<(), Stopped> {
        self.commands.send(command).await.map_err(|_| Stopped)
    }
}

type OnDisk = (Outbox, Salvage, Option<About>);

fn open(folder: &Path, adopted: &[PathBuf]) -> Result<OnDisk, OutboxError> {
    let (mut outbox, salvage) = Outbox::open(folder)?;
    for left in adopted {
        match outbox.adopt(left) {
            Ok(0) => {}
            Ok(messages) => tracing::info!(messages, "took over what another session left"),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "what another session left stays there");
            }
        }
    }
    Ok((outbox, salvage, remembered::recall(folder)))
}

/// A chat and a sequence up to which the client has read it.
type ReadMark = (ChatId, u64);
