//! What was asked over the connection and not answered yet.

use std::collections::BTreeMap;
use std::time::Instant;

use broker_config::{ChatId, MessageId};

use super::ReadMark;
use crate::link::Token;

/// A question on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Question {
    /// To open a chat.
    Open(ChatId),
    /// To store a message.
    Say(MessageId),
    /// To store a read mark.
    Read(ReadMark),
    /// What was missed, after this sequence, and which of these are stored.
    Sync { after: u64, pending: Vec<MessageId> },
}

/// The questions on their way, each with the time at which it counts as unanswered.
#[derive(Debug, Default)]
pub(super) struct Asked {
    questions: BTreeMap<Token, (Instant, Question)>,
}

impl Asked {
    pub(super) fn add(&mut self, token: Token, until: Instant, question: Question) {
        self.questions.insert(token, (until, question));
    }

    pub(super) fn take(&mut self, token: Token) -> Option<Question> {
        self.questions.remove(&token).map(|(_, question)| question)
    }

    /// The first question that nobody answered in time.
    pub(super) fn take_overdue(&mut self, now: Instant) -> Option<Question> {
        let token = self.questions.iter().find(|(_, (until, _))| *until <= now).map(|(&token, _)| token)?;
        self.take(token)
    }

    pub(super) fn wakes_at(&self) -> Option<Instant> {
        self.questions.values().map(|(until, _)| *until).min()
    }

    pub(super) fn clear(&mut self) {
        self.questions.clear();
    }
}
