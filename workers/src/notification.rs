//! Notification: applies technicians' notification rules to what happens in chats, and delivers what they ask for.
//!
//! A chat is looked at as it is now, under a lock of its own in the database, whatever woke the worker. What fires is written
//! with its claims and deliveries in one transaction; the [`postman`] takes it from there.

mod decision;
pub mod postman;
mod rules;

use std::collections::BTreeMap;

use broker_config::presence::Online;
use broker_config::{AssetId, ChatId, Due, Leaf, Log, Logged, TechnicianId, TimerKind, consumer};
use chrono::{DateTime, Utc};
use futures::{StreamExt, TryStreamExt};
use sqlx::PgPool;

use crate::runner::{BatchWorker, Rejected, WorkError};

use rules::Rules;

/// How many chats of a batch are looked at together.
const CHATS_AT_ONCE: usize = 4;

/// The worker on facts.
#[derive(Clone)]
pub struct Notification(Rules);

/// The worker on timers that are due: tells of chats that have waited for as long as somebody wants to let them wait.
#[derive(Clone)]
pub struct NotificationDue(Rules);

impl Notification {
    /// It looks at chats on `log`, writes to `db`, and asks `online` who is there; somebody has to follow the bucket.
    #[must_use]
    pub fn new(db: PgPool, log: Log, online: Online) -> Self {
        Self(Rules { db, log, online })
    }

    /// The worker on timers that belongs to this one.
    #[must_use]
    pub fn due(&self) -> NotificationDue {
        NotificationDue(self.0.clone())
    }
}

/// What made the worker look at a chat.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Trigger {
    asset_id: AssetId,
    chat_id: ChatId,
    /// The first and the last of the facts.
    first_seq: u64,
    last_seq: u64,
    /// The broker's time: that of the last fact or of the timer.
    now: DateTime<Utc>,
    /// Who has read.
    read_by: Vec<TechnicianId>,
    closed: bool,
    /// Whether the timer of the chat may have to be set: a client began to wait, the chat was given to somebody, or the
    /// timer was due.
    sets_timer: bool,
}

impl BatchWorker for Notification {
    type Item = Logged;
    const NAME: &'static str = consumer::NOTIFICATION;
    const BATCH: usize = 200;

    async fn handle(&self, batch: &[Logged]) -> Result<Vec<Rejected>, WorkError> {
        let mut triggers = BTreeMap::new();
        for fact in batch {
            let trigger = triggers.entry(fact.subject.chat_id).or_insert_with(|| Trigger::of(fact));
            trigger.take(fact);
        }
        self.0.look_at_all(triggers.into_values().collect()).await
    }
}

impl BatchWorker for NotificationDue {
    type Item = Due;
    const NAME: &'static str = consumer::NOTIFICATION_DUE;
    const BATCH: usize = 200;

    async fn handle(&self, batch: &[Due]) -> Result<Vec<Rejected>, WorkError> {
        let waiting = batch.iter().filter(|due| due.kind == TimerKind::Waiting);
        let triggers: Vec<_> = waiting.map(Trigger::of_timer).collect();
        self.0.look_at_all(triggers).await
    }
}

impl Rules {
    async fn look_at_all(&self, triggers: Vec<Trigger>) -> Result<Vec<Rejected>, WorkError> {
        let people = self.people().await?;
        let looks = triggers.into_iter().map(|trigger| self.look_at(trigger, &people));
        futures::stream::iter(looks).buffer_unordered(CHATS_AT_ONCE).try_collect::<()>().await?;
        Ok(Vec::new())
    }
}

impl Trigger {
    fn of(fact: &Logged) -> Self {
        Self {
            asset_id: fact.subject.asset_id,
            chat_id: fact.subject.chat_id,
            first_seq: fact.seq,
            last_seq: fact.seq,
            now: fact.at,
            read_by: Vec::new(),
            closed: false,
            sets_timer: false,
        }
    }

    fn take(&mut self, fact: &Logged) {
        self.first_seq = self.first_seq.min(fact.seq);
        self.last_seq = self.last_seq.max(fact.seq);
        self.now = self.now.max(fact.at);
        match fact.subject.leaf {
            Leaf::ReadTechnician(technician_id) => self.read_by.push(technician_id),
            Leaf::Closed => self.closed = true,
            Leaf::SaidClient | Leaf::Assigned => self.sets_timer = true,
            _ => {}
        }
    }

    fn of_timer(due: &Due) -> Self {
        Self {
            asset_id: due.timer.asset_id,
            chat_id: due.timer.chat_id,
            first_seq: due.timer.since_seq,
            last_seq: due.timer.since_seq,
            now: due.at,
            read_by: Vec::new(),
            closed: false,
            sets_timer: true,
        }
    }
}
