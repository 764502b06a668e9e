//! Conversations to show.

use std::sync::Arc;

use agent::window::ToWindow;
use agent::{About, Delivery, Entry, Event, LinkState, Snapshot, Waiting, What};
use broker_config::{Author, ChatId, Clock, Line, Menu, MessageId, TechnicianId, Text};
use chrono::{DateTime, TimeDelta, Utc};

/// A clock that stands still at noon of a Tuesday.
pub struct Noon;

impl Clock for Noon {
    fn now(&self) -> DateTime<Utc> {
        "2026-03-03T12:00:00Z".parse().unwrap()
    }
}

pub fn clock() -> Arc<dyn Clock> {
    Arc::new(Noon)
}

pub fn line(line: &str) -> Line {
    Line::new(line).unwrap()
}

/// A snapshot that grows line by line, a minute each.
pub struct Conversation {
    pub snapshot: Snapshot,
    chat_id: ChatId,
    at: DateTime<Utc>,
    seq: u64,
}

impl Conversation {
    /// With an organisation and nothing said.
    pub fn new() -> Self {
        let about = About { asset_name: line("PC-0117"), organisation: line("Northwind IT"), menu: Menu::default() };
        let snapshot = Snapshot {
            about: Some(about),
            open_chat: None,
            entries: Vec::new(),
            waiting: Vec::new(),
            unread: 0,
            typing: false,
        };
        Self { snapshot, chat_id: ChatId::new(), at: Noon.now() - TimeDelta::minutes(40), seq: 1 }
    }

    /// Goes to another time.
    pub fn ago(mut self, minutes: i64) -> Self {
        self.at = Noon.now() - TimeDelta::minutes(minutes);
        self
    }

    pub fn opened(self) -> Self {
        self.opened_by(me())
    }

    pub fn opened_by(mut self, by: Author) -> Self {
        self.chat_id = ChatId::new();
        self.snapshot.open_chat = Some(self.chat_id);
        self.with(What::Opened { by })
    }

    pub fn closed(mut self) -> Self {
        self.snapshot.open_chat = None;
        self.with(What::Closed { by: priya() })
    }

    pub fn mine(self, text: &str, delivery: Delivery) -> Self {
        self.said(me(), text, Some(delivery))
    }

    pub fn theirs(self, text: &str) -> Self {
        self.said(priya(), text, None)
    }

    pub fn automatic(self, text: &str) -> Self {
        self.said(Author::Policy, text, None)
    }

    pub fn waiting(mut self, text: &str) -> Self {
        self.at += TimeDelta::minutes(1);
        self.snapshot.waiting.push(waiting(text, self.at));
        self
    }

    pub fn unread(mut self, unread: usize) -> Self {
        self.snapshot.unread = unread;
        self
    }

    pub fn typing(mut self) -> Self {
        self.snapshot.typing = true;
        self
    }

    pub fn said(self, by: Author, text: &str, delivery: Option<Delivery>) -> Self {
        let (message_id, text) = (MessageId::new(), Text::new(text).unwrap());
        self.with(What::Said { message_id, by, text, late: false, delivery })
    }

    /// What a resident says of it when the window starts.
    pub fn told(self) -> Vec<ToWindow> {
        vec![
            ToWindow::Hello { title: line("Live Chat"), draft: String::new() },
            ToWindow::Snapshot { link: LinkState::Online, snapshot: self.snapshot },
            ToWindow::Show { focus: true },
        ]
    }

    fn with(mut self, what: What) -> Self {
        self.at += TimeDelta::minutes(1);
        self.seq += 1;
        self.snapshot.entries.push(Entry { seq: self.seq, at: self.at, chat_id: self.chat_id, what });
        self
    }
}

pub fn waiting(text: &str, written_at: DateTime<Utc>) -> Waiting {
    let (message_id, text) = (MessageId::new(), Text::new(text).unwrap());
    Waiting { message_id, text, written_at, delivery: Delivery::Waiting }
}

pub fn me() -> Author {
    Author::Client { session_user: Some(line("dana")) }
}

pub fn priya() -> Author {
    Author::Technician { technician_id: TechnicianId::new(), name: line("Priya Raman") }
}

pub fn link(link: LinkState) -> ToWindow {
    ToWindow::Event(Event::Link(link))
}

/// A chat of everyday.
pub fn printer() -> Conversation {
    Conversation::new()
        .opened()
        .mine("Good morning! The printer on the second floor prints only blank pages.", Delivery::Read)
        .mine("It worked yesterday.", Delivery::Read)
        .automatic("Thank you for writing. Somebody will be with you in a few minutes.")
        .theirs("Good morning Dana, I'll have a look.")
        .theirs("The instructions for a reset are here: https://help.northwind.example/printers/reset (two minutes).")
        .mine("Perfect, thank you 👍", Delivery::Stored)
}
