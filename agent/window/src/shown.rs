//! What the window has been told, kept up to date.
//!
//! Pure: no toolkit, no pipe, no clock. Lines may come in any order that the agent's tasks make of them; what was
//! accepted may come after the broker already has it.

use agent::window::{Refusal, ToWindow};
use agent::{Delivery, Entry, Event, LinkState, MAX_ENTRIES, Snapshot, What};
use broker_config::{Author, Line, MessageId};

/// What the window has been told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// What the policy calls the chat.
    pub title: Option<Line>,
    /// The connection.
    pub link: LinkState,
    /// The conversation.
    pub snapshot: Snapshot,
    /// Whether the device's disk refuses, so that nothing is sent.
    pub disk_trouble: bool,
    /// Whether the person began anew after the last chat ended, and has not said anything yet.
    pub begun_anew: bool,
    /// The first message that came while nobody looked; it stays marked until the person answers.
    pub new_from: Option<u64>,
    /// Whether the window has the keyboard.
    pub front: bool,
    /// The sequence of the last opening or closing that was told.
    state_seq: u64,
}

/// What is to be done beyond showing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// Nothing.
    Nothing,
    /// What was written when the last window closed is to be put into the empty input.
    Restore(String),
    /// What was said was not accepted: it is to be put back, with the reason.
    PutBack(String, Refusal),
    /// What this program is, is to be shown.
    About,
    /// The window is to appear, with the keyboard or without.
    Appear {
        /// Whether it takes the keyboard.
        focus: bool,
    },
}

impl Default for Shown {
    fn default() -> Self {
        let snapshot = Snapshot {
            about: None,
            open_chat: None,
            entries: Vec::new(),
            waiting: Vec::new(),
            unread: 0,
            typing: false,
        };
        Self {
            title: None,
            link: LinkState::Offline,
            snapshot,
            disk_trouble: false,
            begun_anew: false,
            new_from: None,
            front: false,
            state_seq: 0,
        }
    }
}

impl Shown {
    /// Takes a line of the resident's.
    pub fn hear(&mut self, told: ToWindow) -> Then {
        match told {
            ToWindow::Hello { title, draft } => {
                let first = self.title.replace(title).is_none();
                if first && !draft.is_empty() {
                    return Then::Restore(draft);
                }
            }
            ToWindow::Snapshot { link, snapshot } => {
                self.link = link;
                self.state_seq = snapshot.entries.iter().rfind(|entry| is_state(entry)).map_or(0, |entry| entry.seq);
                self.new_from = self.new_from.or_else(|| first_unread(&snapshot));
                self.snapshot = snapshot;
                self.disk_trouble = false;
                self.settle();
            }
            ToWindow::Event(event) => self.hear_event(event),
            ToWindow::Accepted(waiting) => {
                self.new_from = None;
                self.begun_anew = true;
                let known = self.has(waiting.message_id)
                    || self.snapshot.waiting.iter().any(|other| other.message_id == waiting.message_id);
                if !known {
                    self.snapshot.waiting.push(waiting);
                }
            }
            ToWindow::Refused { text, reason } => return Then::PutBack(text, reason),
            ToWindow::About => return Then::About,
            ToWindow::Show { focus } => return Then::Appear { focus },
        }
        Then::Nothing
    }

    /// Whether the last chat has ended and the person has not begun anew.
    #[must_use]
    pub fn ended(&self) -> bool {
        let was_there = self.snapshot.entries.iter().any(is_state);
        was_there && self.snapshot.open_chat.is_none() && !self.begun_anew && self.snapshot.waiting.is_empty()
    }

    /// The technician who spoke last in the chat that is open.
    #[must_use]
    pub fn technician(&self) -> Option<&Line> {
        let open = self.snapshot.open_chat?;
        self.snapshot.entries.iter().rev().filter(|entry| entry.chat_id == open).find_map(|entry| match &entry.what {
            What::Said { by: Author::Technician { name, .. }, .. } => Some(name),
            _ => None,
        })
    }

    /// The sequence of the last message of somebody else, to be marked as shown and read.
    #[must_use]
    pub fn last_of_others(&self) -> Option<u64> {
        self.snapshot.entries.iter().rfind(|entry| is_from_others(entry)).map(|entry| entry.seq)
    }

    fn hear_event(&mut self, event: Event) {
        match event {
            Event::Link(link) => self.link = link,
            Event::About(about) => self.snapshot.about = Some(about),
            Event::Entry(entry) => self.hear_entry(entry),
            Event::Delivery { message_id, delivery } => self.hear_delivery(message_id, delivery),
            Event::Typing(typing) => self.snapshot.typing = typing,
            Event::Unread(unread) => self.snapshot.unread = unread,
            Event::DiskTrouble => self.disk_trouble = true,
            // A snapshot follows.
            Event::Reset => {}
        }
    }

    fn hear_entry(&mut self, entry: Entry) {
        if is_state(&entry) && entry.seq >= self.state_seq {
            self.state_seq = entry.seq;
            self.snapshot.open_chat = matches!(entry.what, What::Opened { .. }).then_some(entry.chat_id);
            self.begun_anew = false;
        }
        if let What::Said { message_id, .. } = &entry.what {
            self.snapshot.waiting.retain(|waiting| waiting.message_id != *message_id);
        }
        if is_from_others(&entry) && !self.front && self.new_from.is_none() {
            self.new_from = Some(entry.seq);
        }
        let entries = &mut self.snapshot.entries;
        match entries.binary_search_by_key(&entry.seq, |known| known.seq) {
            Ok(known) => entries[known] = entry,
            Err(place) => entries.insert(place, entry),
        }
        let too_many = entries.len().saturating_sub(MAX_ENTRIES);
        entries.drain(..too_many);
        self.settle();
    }

    fn hear_delivery(&mut self, message_id: MessageId, news: Delivery) {
        for waiting in self.snapshot.waiting.iter_mut().filter(|waiting| waiting.message_id == message_id) {
            waiting.delivery = waiting.delivery.max(news);
        }
        self.disk_trouble = false;
        let told = self.snapshot.entries.iter_mut().rev().find_map(|entry| match &mut entry.what {
            What::Said { message_id: said, delivery: Some(delivery), .. } if *said == message_id => Some(delivery),
            _ => None,
        });
        if let Some(delivery) = told {
            *delivery = news.max(*delivery);
        }
    }

    /// A chat that is open needs no beginning.
    fn settle(&mut self) {
        if self.snapshot.open_chat.is_some() {
            self.begun_anew = false;
        }
    }

    fn has(&self, message_id: MessageId) -> bool {
        let mut said = self.snapshot.entries.iter().rev();
        said.any(|entry| matches!(&entry.what, What::Said { message_id: said, .. } if *said == message_id))
    }
}

fn is_state(entry: &Entry) -> bool {
    matches!(entry.what, What::Opened { .. } | What::Closed { .. })
}

fn is_from_others(entry: &Entry) -> bool {
    matches!(&entry.what, What::Said { by, .. } if !matches!(by, Author::Client { .. }))
}

fn first_unread(snapshot: &Snapshot) -> Option<u64> {
    let from_others = snapshot.entries.iter().rev().filter(|entry| is_from_others(entry));
    from_others.take(snapshot.unread).last().map(|entry| entry.seq)
}

#[cfg(test)]
mod tests;
