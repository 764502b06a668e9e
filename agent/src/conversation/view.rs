//! What is shown of a conversation.

use broker_config::{Author, ChatId, MessageId, Text};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{About, Conversation, Kept, KeptWhat};

/// How far one of the client's own messages has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// On this device's disk.
    Waiting,
    /// The broker has it.
    Sent,
    /// Postgres has it.
    Stored,
    /// A technician has read it.
    Read,
}

/// One entry of the conversation, by its place in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its place in the log.
    pub seq: u64,
    /// When the broker stored it.
    pub at: DateTime<Utc>,
    /// The chat it is in.
    pub chat_id: ChatId,
    /// What it is.
    pub what: What,
}

/// What an entry is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A chat began.
    Opened {
        /// Who began it.
        by: Author,
    },
    /// A chat ended.
    Closed {
        /// Who ended it.
        by: Author,
    },
    /// Somebody said something.
    Said {
        /// The message.
        message_id: MessageId,
        /// Who said it.
        by: Author,
        /// What was said.
        text: Text,
        /// Whether it came after the chat had ended.
        late: bool,
        /// How far it has come, when the client said it.
        delivery: Option<Delivery>,
    },
}

/// One of the client's own messages that is not in the log yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The message.
    pub message_id: MessageId,
    /// What was said.
    pub text: Text,
    /// When it was written, by this device's clock.
    pub written_at: DateTime<Utc>,
    /// How far it has come.
    pub delivery: Delivery,
}

/// All there is to show at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// What the device is told about itself, once it has been.
    pub about: Option<About>,
    /// The chat that is open, if one is.
    pub open_chat: Option<ChatId>,
    /// The log's entries, oldest first.
    pub entries: Vec<Entry>,
    /// The client's messages that are not in the log yet, oldest first: to be shown below the entries.
    pub waiting: Vec<Waiting>,
    /// How many messages of others the client has not read.
    pub unread: usize,
    /// Whether a technician is typing.
    pub typing: bool,
}

impl Conversation {
    /// The entry at `seq`. `unsent` says which messages Postgres is not known to have.
    pub fn entry(&self, seq: u64, unsent: impl Fn(MessageId) -> bool) -> Option<Entry> {
        self.kept.get(&seq).map(|kept| self.show(seq, kept, &unsent))
    }

    /// Every entry, oldest first.
    pub fn entries(&self, unsent: impl Fn(MessageId) -> bool) -> Vec<Entry> {
        self.kept.iter().map(|(&seq, kept)| self.show(seq, kept, &unsent)).collect()
    }

    /// The client's own messages in `chat_id` after `after`, up to `upto`.
    #[must_use]
    pub fn mine_between(&self, chat_id: ChatId, after: u64, upto: u64) -> Vec<MessageId> {
        let said = self.kept.range(after.saturating_add(1)..=upto).filter(|(_, kept)| kept.chat_id == chat_id);
        said.filter_map(|(_, kept)| match &kept.what {
            KeptWhat::Said { message_id, by: Author::Client { .. }, .. } => Some(*message_id),
            _ => None,
        })
        .collect()
    }

    /// The last thing that others did in the chat: what they said, or that they began it.
    #[must_use]
    pub fn last_of_others(&self, chat_id: ChatId) -> Option<u64> {
        let mut kept = self.kept.iter().rev().filter(|(_, kept)| kept.chat_id == chat_id);
        kept.find(|(_, kept)| match &kept.what {
            KeptWhat::Opened(by) | KeptWhat::Said { by, .. } => !matches!(by, Author::Client { .. }),
            KeptWhat::Closed(_) => false,
        })
        .map(|(&seq, _)| seq)
    }

    /// Whether the log has the message.
    #[must_use]
    pub fn has(&self, message_id: MessageId) -> bool {
        self.by_message.contains_key(&message_id)
    }

    /// How many messages of others the client has not read.
    #[must_use]
    pub fn unread(&self) -> usize {
        let unread = self.kept.range(self.read_upto.saturating_add(1)..);
        unread.filter(|(_, kept)| kept.is_from_others()).count()
    }

    /// What the device is told about itself, once it has been.
    #[must_use]
    pub fn about(&self) -> Option<&About> {
        self.about.as_ref()
    }

    fn show(&self, seq: u64, kept: &Kept, unsent: &impl Fn(MessageId) -> bool) -> Entry {
        let chat = self.chats.get(&kept.chat_id);
        let what = match &kept.what {
            KeptWhat::Opened(by) => What::Opened { by: by.clone() },
            KeptWhat::Closed(by) => What::Closed { by: by.clone() },
            KeptWhat::Said { message_id, by, text } => What::Said {
                message_id: *message_id,
                by: by.clone(),
                text: text.clone(),
                late: chat.and_then(|chat| chat.closed_seq).is_some_and(|closed| seq > closed),
                delivery: matches!(by, Author::Client { .. }).then(|| {
                    if chat.is_some_and(|chat| chat.technicians_read >= seq) {
                        Delivery::Read
                    } else if unsent(*message_id) {
                        Delivery::Sent
                    } else {
                        Delivery::Stored
                    }
                }),
            },
        };
        Entry { seq, at: kept.at, chat_id: kept.chat_id, what }
    }
}
