//! Reading what comes over the connection. What is not exactly what was expected is ignored: another device can make the
//! broker's answers to it appear on subjects of ours.

use async_nats::header::NATS_SEQUENCE;
use async_nats::{HeaderMap, Message, StatusCode};
use broker_config::{AssetId, ChatId, ChatSubject, Fact, LiveLeaf, LiveSubject, MessageId, Receipts, Typing, subject};
use chrono::{DateTime, Utc};

use super::Token;
use crate::conversation::Seen;

/// Something heard.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// A fact, from the feed.
    Fact(Seen),
    /// A technician is typing.
    Typing(ChatId),
    /// These messages are in Postgres.
    Stored(Vec<MessageId>),
    /// The menu changed.
    ConfigChanged,
    /// An answer; none when nobody was there to answer.
    Answer(Token, Option<Vec<u8>>),
}

/// The header with a republished fact's time.
const TIME_STAMP: &str = "Nats-Time-Stamp";

impl Incoming {
    pub(super) fn read(asset_id: AssetId, inbox: &str, message: Message) -> Option<Self> {
        let subject = message.subject.as_str();
        if let Some(token) = subject.strip_prefix(inbox).and_then(|rest| rest.strip_prefix('.')) {
            let token = Token(token.parse().ok()?);
            let answered = message.status != Some(StatusCode::NO_RESPONDERS);
            return Some(Self::Answer(token, answered.then(|| message.payload.into())));
        }
        if let Ok(subject) = ChatSubject::from_feed(subject) {
            return if subject.asset_id == asset_id { read_fact(subject, &message) } else { None };
        }
        if let Ok(live) = subject.parse::<LiveSubject>() {
            return if live.asset_id == asset_id { read_live(live, &message.payload) } else { None };
        }
        (subject == subject::config(asset_id)).then_some(Self::ConfigChanged)
    }
}

fn read_fact(subject: ChatSubject, message: &Message) -> Option<Incoming> {
    let (seq, at) = place(message.headers.as_ref()?)?;
    match Fact::decode(&message.payload) {
        Ok(fact) if fact.belongs_on(&subject) => Some(Incoming::Fact(Seen { seq, at, subject, fact })),
        Ok(_) => None,
        Err(error) => {
            tracing::info!(seq, %error, "ignored what is not a fact this version can read");
            None
        }
    }
}

fn place(headers: &HeaderMap) -> Option<(u64, DateTime<Utc>)> {
    let seq = headers.get(NATS_SEQUENCE)?.as_str().parse().ok().filter(|&seq| seq > 0)?;
    let at = DateTime::parse_from_rfc3339(headers.get(TIME_STAMP)?.as_str()).ok()?;
    Some((seq, at.to_utc()))
}

fn read_live(live: LiveSubject, payload: &[u8]) -> Option<Incoming> {
    match live.leaf {
        LiveLeaf::TypingClient | LiveLeaf::Reached | LiveLeaf::Noted => None,
        LiveLeaf::TypingTechnician => {
            serde_json::from_slice::<Typing>(payload).ok().map(|_| Incoming::Typing(live.chat_id))
        }
        LiveLeaf::Stored => {
            let receipts: Receipts = serde_json::from_slice(payload).ok()?;
            Some(Incoming::Stored(receipts.messages.into_iter().map(|receipt| receipt.message_id).collect()))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(subject: String, place: &[(&str, &str)], payload: &str) -> Message {
        let mut headers = HeaderMap::new();
        for &(name, value) in place {
            headers.insert(name, value);
        }
        Message {
            subject: subject.into(),
            reply: None,
            payload: payload.to_owned().into(),
            headers: Some(headers),
            status: None,
            description: None,
            length: 0,
        }
    }

    #[test]
    fn only_facts_of_this_asset_with_a_place_in_the_log_are_heard() {
        let (asset_id, other, chat_id) = (AssetId::new(), AssetId::new(), ChatId::new());
        let fact = r#"{"kind":"closed.v1","by":{"type":"system"}}"#;
        let place = [("Nats-Sequence", "7"), ("Nats-Time-Stamp", "2026-01-02T03:04:05.678901234Z")];
        let feed = |asset| ChatSubject::new(asset, chat_id, broker_config::Leaf::Closed).feed();
        let read = |message| Incoming::read(asset_id, "_INBOX_x.y", message);

        let heard = read(message(feed(asset_id), &place, fact));
        assert!(matches!(heard, Some(Incoming::Fact(Seen { seq: 7, .. }))), "{heard:?}");
        let ack = r#"{"stream":"CHAT","seq":7}"#;
        for (what, ignored) in [
            ("another asset", message(feed(other), &place, fact)),
            ("no place", message(feed(asset_id), &[], fact)),
            ("no time", message(feed(asset_id), &place[..1], fact)),
            ("sequence 0", message(feed(asset_id), &[("Nats-Sequence", "0"), place[1]], fact)),
            ("an acknowledgement", message(feed(asset_id), &place, ack)),
            ("an acknowledgement as receipt", message(format!("live.{asset_id}.{chat_id}.stored"), &[], ack)),
            ("another's inbox", message("_INBOX_z.y.1".to_owned(), &[], ack)),
            ("no token", message("_INBOX_x.y.z".to_owned(), &[], ack)),
        ] {
            let heard = read(ignored);
            assert!(heard.is_none(), "{what}: {heard:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_on_whatever_subject_is_heard_or_ignored(
            subject in "((feed[.])?(chat|live|asset|_INBOX_x)[.])?[a-z0-9.*>-]{0,60}",
            own in 0..4_u8,
            sequence in ".{0,22}",
            time in "([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{0,30}Z?)|.{0,20}",
            payload in ".{0,200}",
        ) {
            let (asset_id, chat_id) = (AssetId::new(), ChatId::new());
            let subject = match own {
                0 => format!("feed.chat.{asset_id}.{chat_id}.said.tech"),
                1 => format!("live.{asset_id}.{chat_id}.stored"),
                2 => format!("_INBOX_x.y.{subject}"),
                _ => subject,
            };
            // Header values have no line breaks on the wire.
            let [sequence, time] = [sequence, time].map(|text| text.replace(['\r', '\n'], ""));
            let place = [("Nats-Sequence", &*sequence), ("Nats-Time-Stamp", &*time)];
            _ = Incoming::read(asset_id, "_INBOX_x.y", message(subject, &place, &payload));
            _ = crate::link::read_ack(Some(payload.as_bytes()));
        }
    }
}
