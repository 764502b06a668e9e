//! The conversation as lines for a person at a terminal.

use std::collections::{BTreeSet, HashMap};

use agent::{Delivery, Entry, Event, LinkState, MAX_ENTRIES, Snapshot, What};
use broker_config::{Author, MessageId};
use chrono::Local;

use crate::json;
use crate::terminal::harmless;

/// How much of an older conversation is shown at the start.
const HISTORY: usize = 50;

/// What a terminal shows so far.
#[derive(Debug, Default)]
pub(crate) struct Plain {
    shown: BTreeSet<u64>,
    /// The lines typed here, by their number, with the last state that was shown.
    typed: HashMap<MessageId, (usize, Delivery)>,
}

impl Plain {
    /// A line was accepted.
    pub(crate) fn typed(&mut self, message_id: MessageId) -> Vec<String> {
        let number = self.typed.len() + 1;
        self.typed.insert(message_id, (number, Delivery::Waiting));
        vec![format!("  #{number} sending")]
    }

    /// The lines for an event. When the link comes up, the conversation should follow by [`Plain::catch_up`].
    pub(crate) fn event(&mut self, event: &Event) -> Vec<String> {
        match event {
            Event::Link(LinkState::Online) => vec!["-- connected".to_owned()],
            Event::Link(LinkState::Offline) => vec!["-- not connected; what you write is sent later".to_owned()],
            Event::Link(LinkState::Refused) => {
                vec!["-- the server refuses this device: it was removed or its credential revoked".to_owned()]
            }
            Event::About(about) => {
                vec![format!("-- {} at {}", harmless(&about.asset_name), harmless(&about.organisation))]
            }
            Event::Entry(entry) => self.entry(entry).into_iter().collect(),
            Event::Delivery { message_id, delivery } => self.delivered(*message_id, *delivery).into_iter().collect(),
            Event::Typing(true) => vec!["-- somebody is typing ...".to_owned()],
            Event::DiskTrouble => vec!["-- the disk is full or broken; messages wait".to_owned()],
            Event::Typing(false) | Event::Unread(_) | Event::Reset => Vec::new(),
        }
    }

    /// What of the conversation is not shown yet.
    pub(crate) fn catch_up(&mut self, snapshot: &Snapshot) -> Vec<String> {
        let older = snapshot.entries.len().saturating_sub(HISTORY);
        let mut lines: Vec<_> = snapshot.entries.iter().skip(older).filter_map(|entry| self.entry(entry)).collect();
        for waiting in &snapshot.waiting {
            if !self.typed.contains_key(&waiting.message_id) {
                let time = waiting.written_at.with_timezone(&Local).format("%H:%M");
                let number = self.typed.len() + 1;
                self.typed.insert(waiting.message_id, (number, waiting.delivery));
                let state = json::delivery(waiting.delivery);
                lines.push(format!("{time}  you: {}\n  #{number} {state}", harmless(&waiting.text)));
            }
        }
        lines
    }

    fn entry(&mut self, entry: &Entry) -> Option<String> {
        if !self.shown.insert(entry.seq) {
            return None;
        }
        while self.shown.len() > 2 * MAX_ENTRIES {
            self.shown.pop_first();
        }
        let time = entry.at.with_timezone(&Local).format("%H:%M");
        Some(match &entry.what {
            What::Opened { by } => format!("{time}  -- {} began a chat", name(by)),
            What::Closed { by } => {
                format!("{time}  -- the chat was ended by {}; the next line begins a new one", name(by))
            }
            What::Said { message_id, by, text, late, delivery } => {
                // What was typed here stands above already.
                if self.typed.contains_key(message_id) {
                    return delivery.and_then(|delivery| self.delivered(*message_id, delivery));
                }
                let late = if *late { " (after the end)" } else { "" };
                let state = delivery.map(|delivery| format!("  ({})", json::delivery(delivery))).unwrap_or_default();
                format!("{time}  {}: {}{late}{state}", speaker(by), harmless(text))
            }
        })
    }

    fn delivered(&mut self, message_id: MessageId, delivery: Delivery) -> Option<String> {
        let (number, shown) = self.typed.get_mut(&message_id)?;
        if delivery <= *shown {
            return None;
        }
        *shown = delivery;
        Some(format!("  #{number} {}", json::delivery(delivery)))
    }
}

fn name(by: &Author) -> String {
    match by {
        Author::Client { .. } => "you".to_owned(),
        Author::Technician { name, .. } => harmless(name),
        Author::Policy | Author::System => "Trayline".to_owned(),
    }
}

/// Who said a message: what no person wrote is marked as such.
fn speaker(by: &Author) -> String {
    match by {
        Author::Policy | Author::System => "Automatic message".to_owned(),
        Author::Client { .. } | Author::Technician { .. } => name(by),
    }
}

#[cfg(test)]
mod tests {
    use broker_config::{ChatId, Line, TechnicianId, Text};

    use super::*;

    fn said(seq: u64, message_id: MessageId, by: Author, text: &str) -> Entry {
        let delivery = matches!(by, Author::Client { .. }).then_some(Delivery::Sent);
        Entry {
            seq,
            at: "2026-01-02T03:04:05Z".parse().unwrap(),
            chat_id: ChatId::new(),
            what: What::Said { message_id, by, text: Text::new(text).unwrap(), late: false, delivery },
        }
    }

    #[test]
    fn each_line_typed_here_shows_how_far_it_has_come_and_is_not_repeated() {
        let (mut plain, message_id) = (Plain::default(), MessageId::new());
        let delivery = |delivery| Event::Delivery { message_id, delivery };
        assert_eq!(plain.typed(message_id), ["  #1 sending"]);
        let entry = said(7, message_id, Author::Client { session_user: None }, "hello");
        assert_eq!(plain.event(&Event::Entry(entry)), ["  #1 sent"]);
        assert!(plain.event(&delivery(Delivery::Sent)).is_empty());
        assert_eq!(plain.event(&delivery(Delivery::Stored)), ["  #1 stored"]);
        assert_eq!(plain.event(&delivery(Delivery::Read)), ["  #1 read"]);
        assert!(plain.event(&delivery(Delivery::Stored)).is_empty());
    }

    #[test]
    fn what_a_technician_writes_is_shown_once_and_harmless() {
        let mut plain = Plain::default();
        let by = Author::Technician { technician_id: TechnicianId::new(), name: Line::new("Priya").unwrap() };
        let entry = said(7, MessageId::new(), by, "hi\x1b[2J");
        let lines = plain.event(&Event::Entry(entry.clone()));
        assert!(lines[0].ends_with("  Priya: hi␛[2J"), "{lines:?}");
        assert!(plain.event(&Event::Entry(entry)).is_empty());
    }
    #[test]
    fn what_no_person_wrote_is_marked_as_automatic() {
        for by in [Author::System, Author::Policy] {
            let entry = said(7, MessageId::new(), by.clone(), "Nobody is here.");
            let lines = Plain::default().event(&Event::Entry(entry));
            assert!(lines[0].ends_with("  Automatic message: Nobody is here."), "{lines:?}");
            let opened =
                Entry { what: What::Opened { by }, ..said(8, MessageId::new(), Author::System, "Nobody is here.") };
            let lines = Plain::default().event(&Event::Entry(opened));
            assert!(lines[0].ends_with("  -- Trayline began a chat"), "{lines:?}");
        }
    }
}
