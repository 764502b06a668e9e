//! Events as JSON, for scripts and tests.

use agent::{Delivery, Entry, Event, LinkState, What};
use broker_config::Author;
use serde_json::{Value, json};

/// Whether the texts of messages are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Texts {
    Shown,
    Hidden,
}

/// One event as one object.
pub(crate) fn event(event: &Event, texts: Texts) -> Value {
    match event {
        Event::Link(state) => json!({"event": "link", "state": link(*state)}),
        Event::About(about) => json!({
            "event": "about",
            "asset_name": about.asset_name,
            "organisation": about.organisation,
            "menu": about.menu,
        }),
        Event::Entry(entry) => self::entry(entry, texts),
        Event::Delivery { message_id, delivery } => {
            json!({"event": "delivery", "message_id": message_id, "delivery": self::delivery(*delivery)})
        }
        Event::Typing(typing) => json!({"event": "typing", "typing": typing}),
        Event::Unread(unread) => json!({"event": "unread", "unread": unread}),
        Event::Reset => json!({"event": "reset"}),
        Event::DiskTrouble => json!({"event": "disk_trouble"}),
    }
}

fn entry(entry: &Entry, texts: Texts) -> Value {
    let place = json!({"seq": entry.seq, "at": entry.at, "chat_id": entry.chat_id});
    let what = match &entry.what {
        What::Opened { by } => json!({"event": "opened", "by": author(by, texts)}),
        What::Closed { by } => json!({"event": "closed", "by": author(by, texts)}),
        What::Said { message_id, by, text, late, delivery } => json!({
            "event": "said",
            "message_id": message_id,
            "by": author(by, texts),
            "text": (texts == Texts::Shown).then_some(text),
            "late": late,
            "delivery": delivery.map(self::delivery),
        }),
    };
    match (what, place) {
        (Value::Object(mut what), Value::Object(place)) => {
            what.extend(place);
            Value::Object(what)
        }
        (what, _) => what,
    }
}

/// Names are hidden with the texts.
fn author(by: &Author, texts: Texts) -> Value {
    match (by, texts) {
        (by, Texts::Shown) => json!(by),
        (Author::Client { .. }, Texts::Hidden) => json!({"type": "client"}),
        (Author::Technician { technician_id, .. }, Texts::Hidden) => {
            json!({"type": "technician", "technician_id": technician_id})
        }
        (Author::Policy | Author::System, Texts::Hidden) => json!(by),
    }
}

pub(crate) fn link(state: LinkState) -> &'static str {
    match state {
        LinkState::Offline => "offline",
        LinkState::Online => "online",
        LinkState::Refused => "refused",
    }
}

pub(crate) fn delivery(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Waiting => "sending",
        Delivery::Sent => "sent",
        Delivery::Stored => "stored",
        Delivery::Read => "read",
    }
}

#[cfg(test)]
mod tests {
    use broker_config::{ChatId, Line, MessageId, TechnicianId, Text};

    use super::*;

    #[test]
    fn a_resident_agent_prints_neither_texts_nor_names() {
        let said = Event::Entry(Entry {
            seq: 7,
            at: "2026-01-02T03:04:05Z".parse().unwrap(),
            chat_id: ChatId::new(),
            what: What::Said {
                message_id: MessageId::new(),
                by: Author::Technician { technician_id: TechnicianId::new(), name: Line::new("Priya").unwrap() },
                text: Text::new("secret").unwrap(),
                late: false,
                delivery: None,
            },
        });
        let shown = event(&said, Texts::Shown).to_string();
        assert!(shown.contains("secret") && shown.contains("Priya"), "{shown}");
        let hidden = event(&said, Texts::Hidden).to_string();
        assert!(!hidden.contains("secret") && !hidden.contains("Priya"), "{hidden}");
        assert!(hidden.contains(r#""seq":7"#) && hidden.contains(r#""event":"said""#), "{hidden}");
    }
}
