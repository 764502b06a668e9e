//! Asking for what was missed: when, from where, and what the answer changes.

use std::time::{Duration, Instant};

use broker_config::{ChatSubject, SyncAnswer, SyncRefusal, SyncRequest, Synced, SyncedFact};

use super::asked::Question;
use super::driver::Driver;
use super::{LinkState, ReadMark};
use crate::backoff::{Backoff, jittered};
use crate::conversation::{About, Seen};
use crate::remembered;

/// The pauses after a sync that was not answered, or answered with "not now".
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_mins(1));

/// The pauses after the server said that it does not know this device, or cannot read what it says.
const REFUSED_PAUSES: (Duration, Duration) = (Duration::from_mins(5), Duration::from_hours(1));

/// Over how long a policy's devices spread their questions when its menu changed.
const MENU_SPREAD: Duration = Duration::from_millis(500);

/// After how many facts from the feed a sync confirms them. The feed may skip a fact without a sign (a broker may die between
/// storing and republishing), so only a sync moves the place from which the next one starts.
const CONFIRM_EVERY: u32 = 256;

/// When to sync, and from where.
#[derive(Debug)]
pub(super) struct SyncPlan {
    connected: bool,
    /// When the next one is due.
    due: Option<Instant>,
    under_way: bool,
    /// Everything up to here is known.
    after: u64,
    /// The broker contradicted what is known of the asset's state.
    believe: bool,
    heard_live: u32,
    pauses: Backoff,
    refused_pauses: Backoff,
}

impl Default for SyncPlan {
    fn default() -> Self {
        Self {
            connected: false,
            due: None,
            under_way: false,
            after: 0,
            believe: false,
            heard_live: 0,
            pauses: Backoff::new(PAUSES.0, PAUSES.1),
            refused_pauses: Backoff::new(REFUSED_PAUSES.0, REFUSED_PAUSES.1),
        }
    }
}

impl SyncPlan {
    pub(super) fn connected(&mut self) {
        self.connected = true;
        self.under_way = false;
        self.want_now();
    }

    pub(super) fn disconnected(&mut self) {
        self.connected = false;
        self.under_way = false;
        self.due = None;
    }

    pub(super) fn is_connected(&self) -> bool {
        self.connected
    }

    /// Whether none is under way or due.
    pub(super) fn is_idle(&self) -> bool {
        !self.under_way && self.due.is_none()
    }

    pub(super) fn want_now(&mut self) {
        self.due = Some(Driver::now());
    }

    pub(super) fn want_soon(&mut self, now: Instant) {
        self.due.get_or_insert(now + jittered(MENU_SPREAD));
    }

    /// Opening a chat failed: see what is open.
    pub(super) fn doubt_state(&mut self, believe: bool) {
        self.believe |= believe;
        self.want_now();
    }

    pub(super) fn start_over(&mut self) {
        self.after = 0;
        self.believe = true;
        self.want_now();
    }

    pub(super) fn heard_live(&mut self) {
        self.heard_live += 1;
        if self.heard_live >= CONFIRM_EVERY && self.is_idle() {
            self.want_now();
        }
    }

    pub(super) fn wakes_at(&self) -> Option<Instant> {
        self.due.filter(|_| self.connected && !self.under_way)
    }

    fn pause(&mut self, refused: bool) {
        let pauses = if refused { &mut self.refused_pauses } else { &mut self.pauses };
        self.due = Some(Driver::now() + pauses.pause());
    }
}

impl Driver {
    pub(super) async fn sync_if_due(&mut self) {
        let now = Self::now();
        if self.sync.wakes_at().is_none_or(|due| due > now) {
            return;
        }
        let Some(connection) = self.link.connection() else { return };
        let (after, pending) = (self.sync.after, self.dispatch.attempted());
        let request = SyncRequest { after, pending: pending.clone() };
        match connection.sync(&request).await {
            Ok(token) => {
                self.sync.under_way = true;
                self.sync.due = None;
                self.asked.add(token, now + self.settings.answer_patience, Question::Sync { after, pending });
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "not asked");
                self.sync.pause(false);
            }
        }
    }

    /// What became of a question; no answer means that nobody answered in time.
    pub(super) async fn answered(&mut self, question: Question, answer: Option<&[u8]>) {
        let Question::Sync { after, pending } = question else {
            self.append_answered(question, answer);
            return;
        };
        self.sync.under_way = false;
        match answer.map(serde_json::from_slice::<SyncAnswer>) {
            Some(Ok(SyncAnswer::Synced(synced))) => {
                self.synced(after, &synced).await;
                self.dispatch.not_stored(&pending, Self::now());
            }
            Some(Ok(SyncAnswer::Refused(refused))) => {
                tracing::warn!(reason = ?refused.reason, "the server did not answer the sync");
                let refusal = refused.reason != SyncRefusal::Retry;
                self.sync.pause(refusal);
                if refused.reason == SyncRefusal::UnknownAsset {
                    self.set_link(LinkState::Refused);
                }
            }
            Some(Err(_)) | None => {
                tracing::info!("no answer to the sync");
                self.sync.pause(false);
            }
        }
    }

    async fn synced(&mut self, after: u64, synced: &Synced) {
        self.sync.pauses.reset();
        self.sync.refused_pauses.reset();
        if synced.upto < after {
            // The log begins anew: what is known is of another one.
            self.conversation.forget();
            self.rewound();
            return;
        }
        let about = About {
            asset_name: synced.asset_name.clone(),
            organisation: synced.organisation.clone(),
            menu: synced.menu.clone(),
        };
        if self.conversation.set_about(about.clone()) {
            if let Err(error) = remembered::remember(&self.settings.folder, &about).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "the menu is not kept for the next start");
            }
            self.tell(super::Event::About(about));
        }
        let restarting = self.sync.after < after;
        if !restarting {
            self.sync.after = synced.upto;
        }
        for fact in &synced.facts {
            if let Some(seen) = self.read_synced(fact) {
                self.hear(seen);
            }
        }
        let believe = std::mem::take(&mut self.sync.believe);
        self.conversation.set_state(synced.state_seq, synced.open_chat, believe);
        self.stored(&synced.stored).await;
        if synced.more {
            self.sync.want_now();
        } else if !restarting {
            self.sync.heard_live = 0;
            self.set_link(LinkState::Online);
        }
    }

    fn read_synced(&self, fact: &SyncedFact) -> Option<Seen> {
        let subject: ChatSubject = fact.subject.parse().ok()?;
        (subject.asset_id == self.settings.identity.asset_id).then(|| Seen {
            seq: fact.seq,
            at: fact.at,
            subject,
            fact: fact.fact.clone(),
        })
    }

    /// Keeps a read mark for the next time, unless a later one for the same chat is kept already.
    pub(super) fn keep_read_mark(&mut self, mark: ReadMark) {
        if !self.read_marks.iter().any(|(chat_id, _)| *chat_id == mark.0) {
            self.read_marks.push(mark);
        }
    }
}
