//! The ring that every socket reads.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use broker_config::{AssetId, ChatId, Fact, Logged, Ping, TechnicianId};
use tokio::sync::broadcast;

use super::event::LiveEvent;

/// How many frames a socket may be behind before it is cut off. All sockets share them.
const RING: usize = 4096;

/// What a socket reads from the ring.
#[derive(Debug, Clone)]
pub(super) enum Frame {
    /// A fact, serialised.
    Fact { seq: u64, about: About, text: Utf8Bytes },
    /// Something about a chat that is not stored, serialised.
    OfChat { asset_id: AssetId, chat_id: ChatId, text: Utf8Bytes },
    /// Something that is not stored, serialised; for one technician or for all.
    Passing { to: Option<TechnicianId>, text: Utf8Bytes },
    /// That nothing may have happened, serialised. The browser has to answer.
    Heartbeat(Utf8Bytes),
    /// A sound is due for a technician. Which socket plays it, each of them knows.
    Ping { to: TechnicianId, ping: Ping },
    /// The log went on without us: what was missed is not known.
    Lost,
}

/// What a fact is about, for those who may not see every chat.
#[derive(Debug, Clone, Copy)]
pub(super) struct About {
    pub asset_id: AssetId,
    pub chat_id: ChatId,
    pub change: Change,
}

/// Whether a fact changes who has the chat.
#[derive(Debug, Clone, Copy)]
pub(super) enum Change {
    /// It is an assignment to somebody, or to nobody.
    Assigned(Option<TechnicianId>),
    /// It is another.
    None,
}

impl About {
    pub(super) fn of(logged: &Logged) -> Self {
        let change = match &logged.fact {
            Fact::Assigned(assigned) => Change::Assigned(assigned.to.as_ref().map(|to| to.technician_id)),
            _ => Change::None,
        };
        Self { asset_id: logged.subject.asset_id, chat_id: logged.subject.chat_id, change }
    }
}

/// The ring, and up to where it tells the log.
pub(super) struct Hub {
    /// Changed together with the ring, so that a reader who joins knows exactly which facts it will read.
    head: Mutex<Option<u64>>,
    ring: broadcast::Sender<Frame>,
}

/// A place at the ring: `receiver` has every fact after `head`.
pub(super) struct Joined {
    pub head: u64,
    pub receiver: broadcast::Receiver<Frame>,
}

impl Hub {
    pub(super) fn new() -> Self {
        Self { head: Mutex::new(None), ring: broadcast::Sender::new(RING) }
    }

    /// Begins to read. `None` before the log was first reached.
    pub(super) fn join(&self) -> Option<Joined> {
        let head = self.lock();
        Some(Joined { head: (*head)?, receiver: self.ring.subscribe() })
    }

    /// The last sequence that was told.
    pub(super) fn head(&self) -> Option<u64> {
        *self.lock()
    }

    /// Tells of a fact; of one that cannot be read, only that it was passed.
    pub(super) fn tell_fact(&self, seq: u64, fact: Option<(About, Utf8Bytes)>) {
        let mut head = self.lock();
        *head = Some(seq);
        if let Some((about, text)) = fact {
            self.send(Frame::Fact { seq, about, text });
        }
    }

    /// Tells all of something that is not stored.
    pub(super) fn tell(&self, event: &LiveEvent) {
        self.send(Frame::Passing { to: None, text: event.text() });
    }

    /// Tells of something about a chat that is not stored.
    pub(super) fn tell_of_chat(&self, asset_id: AssetId, chat_id: ChatId, event: &LiveEvent) {
        self.send(Frame::OfChat { asset_id, chat_id, text: event.text() });
    }

    /// Tells one technician of something that is not stored.
    pub(super) fn tell_one(&self, technician_id: TechnicianId, event: &LiveEvent) {
        self.send(Frame::Passing { to: Some(technician_id), text: event.text() });
    }

    /// Tells one technician that a sound is due.
    pub(super) fn ping(&self, technician_id: TechnicianId, ping: Ping) {
        self.send(Frame::Ping { to: technician_id, ping });
    }

    /// Begins at `seq`, where facts between the last one told and `seq` may be missing.
    pub(super) fn begin_anew(&self, seq: u64) {
        let mut head = self.lock();
        if head.replace(seq).is_some() {
            self.send(Frame::Lost);
        }
    }

    /// Tells up to where the log was told, again and again.
    pub(super) async fn beat(&self, period: Duration) {
        let mut ticks = tokio::time::interval(period);
        loop {
            ticks.tick().await;
            let head = self.lock();
            if let Some(upto) = *head {
                self.send(Frame::Heartbeat(LiveEvent::Heartbeat { upto }.text()));
            }
        }
    }

    /// Nobody may be reading.
    fn send(&self, frame: Frame) {
        let _ = self.ring.send(frame);
    }

    fn lock(&self) -> MutexGuard<'_, Option<u64>> {
        self.head.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
