//! What was said: the device's view of its chats, made of facts from the log.
//!
//! Pure: no clock, no disk, no network. Facts may come in any order, from the feed and from syncs, and more than once;
//! the same facts give the same conversation.

mod view;

use std::collections::{BTreeMap, HashMap};

use broker_config::{Author, ChatId, ChatSubject, Fact, Leaf, Line, Menu, MessageId, Text};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use view::{Delivery, Entry, Snapshot, Waiting, What};

/// How many entries are kept; the oldest go first. The rest is in the technicians' front.
pub const MAX_ENTRIES: usize = 1000;

/// The device's chats.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conversation {
    kept: BTreeMap<u64, Kept>,
    by_message: HashMap<MessageId, u64>,
    chats: HashMap<ChatId, Chat>,
    open_chat: Option<ChatId>,
    state_seq: u64,
    read_upto: u64,
    about: Option<About>,
}

/// What the device is told about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// What the device is called in Trayline.
    pub asset_name: Line,
    /// The organisation that the client talks to.
    pub organisation: Line,
    /// The tray menu.
    pub menu: Menu,
}

/// A fact with its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its place in the log.
    pub seq: u64,
    /// When the broker stored it.
    pub at: DateTime<Utc>,
    /// Whose chat it is about, and what it is for.
    pub subject: ChatSubject,
    /// What it says.
    pub fact: Fact,
}

/// What a fact changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// Nothing: it was known, or is not for devices.
    Nothing,
    /// There is an entry at this sequence.
    Entry(u64),
    /// A technician read this chat, from after the first sequence up to the second.
    Read(ChatId, u64, u64),
    /// The client's own read mark went on.
    Unread,
    /// The log was rewound: the broker lost what it had acknowledged, and another fact stands in its place. All
    /// that was known from there on is forgotten.
    Rewound,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Kept {
    at: DateTime<Utc>,
    chat_id: ChatId,
    what: KeptWhat,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum KeptWhat {
    Opened(Author),
    Closed(Author),
    Said { message_id: MessageId, by: Author, text: Text },
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Chat {
    closed_seq: Option<u64>,
    technicians_read: u64,
}

impl Conversation {
    /// Takes a fact.
    pub fn hear(&mut self, seen: Seen) -> Changed {
        let chat_id = seen.subject.chat_id;
        if !seen.fact.belongs_on(&seen.subject) {
            return Changed::Nothing;
        }
        let what = match seen.fact {
            Fact::Opened(opened) => KeptWhat::Opened(opened.by),
            Fact::Closed(closed) => KeptWhat::Closed(closed.by),
            Fact::Said(said) => KeptWhat::Said { message_id: said.message_id, by: said.by, text: said.text },
            Fact::Read(read) => return self.hear_read(chat_id, seen.subject.leaf, read.upto),
            Fact::Noted(_) | Fact::Assigned(_) | Fact::Ticketed(_) => return Changed::Nothing,
        };
        let kept = Kept { at: seen.at, chat_id, what };
        self.keep(seen.seq, kept)
    }

    /// Takes what a sync says of the asset's state on the log. An older answer than what was heard since is ignored, unless
    /// `believe`: then the broker itself contradicted what was heard.
    pub fn set_state(&mut self, state_seq: u64, open_chat: Option<ChatId>, believe: bool) {
        if believe || state_seq >= self.state_seq {
            self.state_seq = state_seq;
            self.open_chat = open_chat;
        }
    }

    /// Takes what the device is told about itself; whether that is news.
    pub fn set_about(&mut self, about: About) -> bool {
        let news = self.about.as_ref() != Some(&about);
        self.about = Some(about);
        news
    }

    /// The chat that is open, if one is.
    #[must_use]
    pub fn open_chat(&self) -> Option<ChatId> {
        self.open_chat
    }

    /// The sequence of the last opening or closing that is known, 0 for none.
    #[must_use]
    pub fn state_seq(&self) -> u64 {
        self.state_seq
    }

    /// Marks everything up to `upto` as read. Returns what to tell the technicians: in which chats, up to where.
    pub fn read_upto(&mut self, upto: u64) -> Vec<(ChatId, u64)> {
        let mut marks = BTreeMap::new();
        if upto > self.read_upto {
            for (&seq, kept) in self.kept.range(self.read_upto + 1..=upto) {
                if kept.is_from_others() {
                    marks.insert(kept.chat_id, seq);
                }
            }
            self.read_upto = upto;
        }
        marks.into_iter().collect()
    }

    /// Forgets the log, for one that begins anew.
    pub fn forget(&mut self) {
        let about = self.about.take();
        *self = Self { about, ..Self::default() };
    }

    fn keep(&mut self, seq: u64, kept: Kept) -> Changed {
        if let Some(known) = self.kept.get(&seq) {
            if known.is_same_fact_as(&kept) {
                return Changed::Nothing;
            }
            self.forget_from(seq);
            self.keep(seq, kept);
            return Changed::Rewound;
        }
        match &kept.what {
            KeptWhat::Opened(_) => self.set_state(seq, Some(kept.chat_id), false),
            KeptWhat::Closed(_) => {
                let chat = self.chats.entry(kept.chat_id).or_default();
                chat.closed_seq = Some(chat.closed_seq.map_or(seq, |first| first.min(seq)));
                self.set_state(seq, None, false);
            }
            KeptWhat::Said { message_id, .. } => {
                // Of a message that stands in the log twice, the first counts.
                match self.by_message.get(message_id) {
                    Some(&first) if first < seq => return Changed::Nothing,
                    Some(second) => _ = self.kept.remove(second),
                    None => {}
                }
                self.by_message.insert(*message_id, seq);
            }
        }
        self.kept.insert(seq, kept);
        self.trim();
        Changed::Entry(seq)
    }

    fn hear_read(&mut self, chat_id: ChatId, leaf: Leaf, upto: u64) -> Changed {
        match leaf {
            Leaf::ReadTechnician(_) => {
                let chat = self.chats.entry(chat_id).or_default();
                let before = chat.technicians_read;
                chat.technicians_read = before.max(upto);
                if upto > before { Changed::Read(chat_id, before, upto) } else { Changed::Nothing }
            }
            Leaf::ReadClient if upto > self.read_upto => {
                self.read_upto = upto;
                Changed::Unread
            }
            _ => Changed::Nothing,
        }
    }

    fn forget_from(&mut self, seq: u64) {
        self.kept.split_off(&seq);
        self.by_message.retain(|_, at| *at < seq);
        for chat in self.chats.values_mut() {
            chat.closed_seq = chat.closed_seq.filter(|&closed| closed < seq);
        }
        if self.state_seq >= seq {
            self.state_seq = 0;
            self.open_chat = None;
        }
    }

    fn trim(&mut self) {
        while self.kept.len() > MAX_ENTRIES {
            let Some((seq, kept)) = self.kept.pop_first() else { return };
            if let KeptWhat::Said { message_id, .. } = kept.what {
                self.by_message.remove(&message_id);
            }
            // A chat of which nothing is left begins after what was dropped, or has ended before it.
            if let KeptWhat::Closed(_) = kept.what {
                self.chats.retain(|_, chat| chat.closed_seq != Some(seq));
            }
        }
    }
}

impl Kept {
    /// Whether it says the same. Its time is left out: the feed tells it more finely than a sync, which has it from Postgres.
    fn is_same_fact_as(&self, other: &Self) -> bool {
        self.chat_id == other.chat_id && self.what == other.what
    }

    fn is_from_others(&self) -> bool {
        matches!(&self.what, KeptWhat::Said { by, .. } if !matches!(by, Author::Client { .. }))
    }
}

#[cfg(test)]
mod tests;
