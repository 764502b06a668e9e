//! The one task of an agent: it waits for commands, for the connection and for the next thing due, and does nothing
//! else between them.

use std::time::Instant;

use broker_config::{ChatId, MenuEntryId, Text};
use tokio::sync::{broadcast, mpsc, oneshot};

use super::asked::Asked;
use super::reaching::Reaching;
use super::syncing::SyncPlan;
use super::{AgentSettings, Event, LinkState, ReadMark, SayError};
use crate::conversation::{About, Conversation, Snapshot, Waiting};
use crate::dispatch::Dispatch;
use crate::link::{Incoming, Link, LinkEvent};
use crate::outbox::Outbox;

/// How many commands are taken at once; messages among them share one write to the disk.
const COMMAND_BATCH: usize = 32;

#[derive(Debug)]
pub(super) enum Command {
    Say { text: Text, answer: oneshot::Sender<Result<Waiting, SayError>> },
    Chose(Option<MenuEntryId>),
    ReadUpto(u64),
    ShownUpto(u64),
    Typing,
    Snapshot(oneshot::Sender<Snapshot>),
    Link(oneshot::Sender<LinkState>),
    AllStored(oneshot::Sender<()>),
    Renew,
    Stop(oneshot::Sender<()>),
}

pub(super) struct Driver {
    pub(super) settings: AgentSettings,
    pub(super) link: Link,
    /// None only while a write is under way on a thread that may block.
    pub(super) outbox: Option<Outbox>,
    pub(super) conversation: Conversation,
    pub(super) dispatch: Dispatch,
    pub(super) asked: Asked,
    pub(super) sync: SyncPlan,
    pub(super) link_state: LinkState,
    /// Where the technician types, and until when it counts.
    pub(super) typing: Option<(ChatId, Instant)>,
    pub(super) typing_told: Option<Instant>,
    /// Read marks that the broker does not have yet.
    pub(super) read_marks: Vec<ReadMark>,
    /// The menu's entry that the client chose last, for the next chat that they begin.
    pub(super) chosen: Option<MenuEntryId>,
    pub(super) reaching: Reaching,
    pub(super) all_stored: Vec<oneshot::Sender<()>>,
    commands: mpsc::Receiver<Command>,
    events: broadcast::Sender<Event>,
}

impl Driver {
    pub(super) fn new(
        settings: AgentSettings,
        outbox: Outbox,
        about: Option<About>,
        commands: mpsc::Receiver<Command>,
        events: broadcast::Sender<Event>,
    ) -> Self {
        let mut dispatch = Dispatch::new(settings.receipt_patience);
        for unsent in outbox.unsent() {
            dispatch.accept(unsent.message_id, unsent.chat_id);
        }
        let mut conversation = Conversation::default();
        if let Some(about) = about {
            conversation.set_about(about);
        }
        Self {
            link: Link::new(settings.identity.clone()),
            settings,
            outbox: Some(outbox),
            conversation,
            dispatch,
            asked: Asked::default(),
            sync: SyncPlan::default(),
            link_state: LinkState::Offline,
            typing: None,
            typing_told: None,
            read_marks: Vec::new(),
            chosen: None,
            reaching: Reaching::default(),
            all_stored: Vec::new(),
            commands,
            events,
        }
    }

    pub(super) async fn run(mut self) {
        let mut batch = Vec::with_capacity(COMMAND_BATCH);
        let stop = loop {
            self.send_what_is_due().await;
            self.tell_reached().await;
            let wakes_at = self.wakes_at();
            tokio::select! {
                taken = self.commands.recv_many(&mut batch, COMMAND_BATCH) => {
                    if taken == 0 {
                        break None;
                    }
                    if let Some(stop) = self.obey(&mut batch).await {
                        break Some(stop);
                    }
                }
                event = self.link.next() => self.linked(event).await,
                () = sleep_until(wakes_at) => self.wake().await,
            }
        };
        if let Some(connection) = self.link.connection() {
            connection.flush().await;
        }
        drop(self);
        if let Some(stop) = stop {
            // Nobody waits any more.
            _ = stop.send(());
        }
    }

    /// Now, by the clock that timers go by.
    pub(super) fn now() -> Instant {
        tokio::time::Instant::now().into_std()
    }

    pub(super) fn tell(&self, event: Event) {
        // An error means that nobody listens.
        _ = self.events.send(event);
    }

    async fn obey(&mut self, batch: &mut Vec<Command>) -> Option<oneshot::Sender<()>> {
        let mut says = Vec::new();
        for command in batch.drain(..) {
            if let Command::Say { text, answer } = command {
                says.push((text, answer));
                continue;
            }
            self.accept(std::mem::take(&mut says)).await;
            match command {
                Command::Say { .. } => {}
                Command::Chose(entry_id) => self.chosen = entry_id,
                Command::ReadUpto(seq) => self.read_upto(seq),
                Command::ShownUpto(seq) => self.reaching.shown(seq),
                Command::Typing => self.tell_typing().await,
                Command::Snapshot(answer) => _ = answer.send(self.snapshot()),
                Command::Link(answer) => _ = answer.send(self.link_state),
                Command::AllStored(answer) => self.all_stored.push(answer),
                Command::Renew => self.link.renew(),
                Command::Stop(stopped) => return Some(stopped),
            }
        }
        self.accept(says).await;
        self.answer_all_stored();
        None
    }

    async fn linked(&mut self, event: LinkEvent) {
        match event {
            LinkEvent::Connected => self.connected(),
            LinkEvent::Disconnected => self.disconnected(LinkState::Offline),
            LinkEvent::Refused => self.disconnected(LinkState::Refused),
            LinkEvent::Gap => self.sync.want_now(),
            LinkEvent::Heard(Incoming::Fact(seen)) => self.hear_live(seen),
            LinkEvent::Heard(Incoming::Typing(chat_id)) => self.hear_typing(chat_id),
            LinkEvent::Heard(Incoming::Stored(messages)) => self.stored(&messages).await,
            LinkEvent::Heard(Incoming::ConfigChanged) => self.sync.want_soon(Self::now()),
            LinkEvent::Heard(Incoming::Answer(token, answer)) => {
                if let Some(question) = self.asked.take(token) {
                    self.answered(question, answer.as_deref()).await;
                }
            }
        }
    }

    /// The next time at which something is due, if anything is.
    fn wakes_at(&self) -> Option<Instant> {
        let typing = self.typing.map(|(_, until)| until);
        let online = [
            self.asked.wakes_at(),
            self.sync.wakes_at(),
            self.dispatch.receipt_overdue_at().filter(|_| self.sync.is_idle()),
            self.dispatch.wakes_at().filter(|_| self.link_state == LinkState::Online),
        ];
        let online = online.into_iter().flatten().filter(|_| self.sync.is_connected());
        online.chain(typing).min()
    }

    async fn wake(&mut self) {
        let now = Self::now();
        if self.typing.is_some_and(|(_, until)| until <= now) {
            self.stop_typing();
        }
        while let Some(question) = self.asked.take_overdue(now) {
            self.answered(question, None).await;
        }
        if self.dispatch.receipt_overdue_at().is_some_and(|due| due <= now) && self.sync.is_idle() {
            self.sync.want_now();
        }
    }
}

/// Sleeps until then, or for ever.
async fn sleep_until(then: Option<Instant>) {
    match then {
        Some(then) => tokio::time::sleep_until(then.into()).await,
        None => std::future::pending().await,
    }
}
