//! What to send next: the order, the window, the chat, and when to try again.
//!
//! Pure: it is told the time and what happened, and says what to do. Messages go out in the order in which they were
//! written. Several may be on their way at once, because they travel one connection in order; after a failure all that are
//! on their way are waited for, and sending begins again at the first that failed, one at a time until one arrives. Only
//! a broker that refuses one message and takes the next can change the order.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use broker_config::{ChatId, MessageId, SyncRequest};

use crate::backoff::Backoff;

/// How many messages may be on their way at once.
const WINDOW: usize = 16;

/// The pauses after a failed attempt.
const PAUSES: (Duration, Duration) = (Duration::from_millis(250), Duration::from_mins(1));

/// How long to wait, at most, for a receipt of what the broker has, however often it did not come.
const LONGEST_RECEIPT_PATIENCE: Duration = Duration::from_mins(10);

/// The messages of the outbox, oldest first, and how far each has come.
#[derive(Debug)]
pub(crate) struct Dispatch {
    tracks: VecDeque<Track>,
    opening: bool,
    window: usize,
    pauses: Backoff,
    paused_until: Option<Instant>,
    first_receipt_patience: Duration,
    receipt_patience: Duration,
}

#[derive(Debug, Clone, Copy)]
struct Track {
    message_id: MessageId,
    chat_id: Option<ChatId>,
    phase: Phase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Not on its way.
    Held,
    /// Published, not acknowledged.
    Flying,
    /// The broker has it, since then.
    Sent(Instant),
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing, until something happens or [`Dispatch::wakes_at`].
    Wait,
    /// Open a chat.
    Open,
    /// Decide, for good, in which chat these are sent.
    Bind { chat_id: ChatId, messages: Vec<MessageId> },
    /// Publish this message.
    Publish { message_id: MessageId, chat_id: ChatId },
}

impl Dispatch {
    /// `receipt_patience` is how long to wait for a receipt of what the broker has before asking.
    pub(crate) fn new(receipt_patience: Duration) -> Self {
        Self {
            tracks: VecDeque::new(),
            opening: false,
            window: 1,
            pauses: Backoff::new(PAUSES.0, PAUSES.1),
            paused_until: None,
            first_receipt_patience: receipt_patience,
            receipt_patience,
        }
    }

    pub(crate) fn accept(&mut self, message_id: MessageId, chat_id: Option<ChatId>) {
        self.tracks.push_back(Track { message_id, chat_id, phase: Phase::Held });
    }

    /// Whether a message accepted now would be sent at once, so that its chat may be decided with its acceptance.
    pub(crate) fn is_free(&self, now: Instant) -> bool {
        !self.is_paused(now) && !self.opening && self.held().next().is_none() && self.flying() < self.window
    }

    /// What to do next. [`Step::Open`] and [`Step::Publish`] count as done once they are returned.
    pub(crate) fn next(&mut self, open_chat: Option<ChatId>, now: Instant) -> Step {
        self.paused_until = self.paused_until.filter(|&until| now < until);
        if self.is_paused(now) || self.opening || self.flying() >= self.window {
            return Step::Wait;
        }
        let Some(at) = self.tracks.iter().position(|track| track.phase == Phase::Held) else { return Step::Wait };
        let after_failure = self.tracks.iter().skip(at).any(|track| track.phase == Phase::Flying);
        if after_failure {
            return Step::Wait;
        }
        let (track, window) = (&mut self.tracks[at], self.window);
        match (track.chat_id, open_chat) {
            (Some(chat_id), _) => {
                track.phase = Phase::Flying;
                Step::Publish { message_id: track.message_id, chat_id }
            }
            (None, Some(chat_id)) => {
                let unbound = self.held().filter(|track| track.chat_id.is_none());
                let messages = unbound.take(window).map(|track| track.message_id).collect();
                Step::Bind { chat_id, messages }
            }
            (None, None) => {
                self.opening = true;
                Step::Open
            }
        }
    }

    pub(crate) fn bound(&mut self, messages: &[MessageId], chat_id: ChatId) {
        for track in self.tracks.iter_mut().filter(|track| messages.contains(&track.message_id)) {
            track.chat_id.get_or_insert(chat_id);
        }
    }

    /// The broker has the message: it said so, or the message was seen in the log. Whether that is news.
    pub(crate) fn sent(&mut self, message_id: MessageId, now: Instant) -> bool {
        let Some(track) = self.find(message_id) else { return false };
        if matches!(track.phase, Phase::Sent(_)) {
            return false;
        }
        track.phase = Phase::Sent(now);
        self.went_well();
        true
    }

    /// An attempt failed: the broker refused it, or did not answer in time.
    pub(crate) fn failed(&mut self, message_id: MessageId, now: Instant) {
        if let Some(track) = self.find(message_id)
            && track.phase == Phase::Flying
        {
            track.phase = Phase::Held;
            self.pause(now);
        }
    }

    /// The chat was opened, or another was found open: go on.
    pub(crate) fn opened(&mut self) {
        self.opening = false;
        self.went_well();
    }

    /// Opening did not work.
    pub(crate) fn not_opened(&mut self, now: Instant) {
        self.opening = false;
        self.pause(now);
    }

    /// Nothing is to be tried for a while.
    pub(crate) fn pause(&mut self, now: Instant) {
        self.window = 1;
        self.paused_until = Some(now + self.pauses.pause());
    }

    /// The connection is gone. What was on its way, and what the broker may have lost, goes again unless the next
    /// sync says that it is stored.
    pub(crate) fn disconnected(&mut self) {
        self.opening = false;
        self.window = 1;
        for track in &mut self.tracks {
            track.phase = Phase::Held;
        }
    }

    /// A new connection: nothing to wait for.
    pub(crate) fn connected(&mut self) {
        self.paused_until = None;
        self.receipt_patience = self.first_receipt_patience;
    }

    /// Those that were ever attempted: a sync asks for them.
    pub(crate) fn attempted(&self) -> Vec<MessageId> {
        let bound = self.tracks.iter().filter(|track| track.chat_id.is_some());
        bound.map(|track| track.message_id).take(SyncRequest::MAX_PENDING).collect()
    }

    /// These are stored. Returns those that are news.
    pub(crate) fn stored(&mut self, stored: &[MessageId]) -> Vec<MessageId> {
        let mut news = Vec::new();
        self.tracks.retain(|track| {
            let gone = stored.contains(&track.message_id);
            if gone {
                news.push(track.message_id);
            }
            !gone
        });
        if !news.is_empty() {
            self.receipt_patience = self.first_receipt_patience;
        }
        news
    }

    /// A sync did not name these as stored: those that waited long enough for a receipt are published again.
    pub(crate) fn not_stored(&mut self, asked: &[MessageId], now: Instant) {
        let patience = self.receipt_patience;
        let mut again = false;
        for track in &mut self.tracks {
            if matches!(track.phase, Phase::Sent(since) if now.duration_since(since) >= patience) {
                // Those beyond what one sync may ask for have their turn when the first ones are through.
                let was_asked = asked.contains(&track.message_id);
                track.phase = if was_asked { Phase::Held } else { Phase::Sent(now) };
                again |= was_asked;
            }
        }
        if again {
            self.receipt_patience = (patience * 2).min(LONGEST_RECEIPT_PATIENCE);
        }
    }

    /// When the oldest message that the broker has, and Postgres may not have, has waited long enough.
    pub(crate) fn receipt_overdue_at(&self) -> Option<Instant> {
        let since = self.tracks.iter().filter_map(|track| match track.phase {
            Phase::Sent(since) => Some(since),
            Phase::Held | Phase::Flying => None,
        });
        since.min().map(|since| since + self.receipt_patience)
    }

    /// When a pause ends.
    pub(crate) fn wakes_at(&self) -> Option<Instant> {
        self.paused_until
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.tracks.is_empty()
    }

    pub(crate) fn is_sent(&self, message_id: MessageId) -> bool {
        let track = self.tracks.iter().find(|track| track.message_id == message_id);
        track.is_some_and(|track| matches!(track.phase, Phase::Sent(_)))
    }

    pub(crate) fn has(&self, message_id: MessageId) -> bool {
        self.tracks.iter().any(|track| track.message_id == message_id)
    }

    fn went_well(&mut self) {
        self.window = WINDOW;
        self.paused_until = None;
        self.pauses.reset();
    }

    /// Whether to leave the broker alone for a while.
    pub(crate) fn is_paused(&self, now: Instant) -> bool {
        self.paused_until.is_some_and(|until| now < until)
    }

    fn held(&self) -> impl Iterator<Item = &Track> {
        self.tracks.iter().filter(|track| track.phase == Phase::Held)
    }

    fn flying(&self) -> usize {
        self.tracks.iter().filter(|track| track.phase == Phase::Flying).count()
    }

    fn find(&mut self, message_id: MessageId) -> Option<&mut Track> {
        self.tracks.iter_mut().find(|track| track.message_id == message_id)
    }
}

#[cfg(test)]
mod tests;
