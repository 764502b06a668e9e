//! Facts with times that the database keeps whole, appended as the wire carries them.

use broker_config::{
    Assigned, Author, ChatId, ChatSubject, Closed, Fact, Leaf, Line, MessageId, Noted, Opened, Read, Said,
    TechnicianId, Text,
};
use chrono::DateTime;
use tests::{Bench, TestDevice};

/// Appends a fact from the side whose subject it is.
pub async fn append(bench: &Bench, device: &TestDevice, chat_id: ChatId, leaf: Leaf, fact: &Fact) -> u64 {
    let subject = ChatSubject::new(device.asset_id, chat_id, leaf);
    match leaf {
        Leaf::SaidClient | Leaf::ReadClient => send(device, &subject.to_string(), fact.encode()).await,
        _ => bench.web_log.append(&subject, fact).await.unwrap().seq,
    }
}

/// Sends any bytes as the device, and gives their place in the log.
pub async fn send(device: &TestDevice, subject: &str, payload: Vec<u8>) -> u64 {
    let answer = device.client.request(subject.to_owned(), payload.into()).await.unwrap();
    let acknowledged: tests::Acknowledged = serde_json::from_slice(&answer.payload).unwrap();
    assert_eq!(acknowledged.error, None);
    acknowledged.seq
}

pub fn client() -> Author {
    Author::Client { session_user: Some(Line::new("SHOP\\ann").unwrap()) }
}

pub fn technician() -> Author {
    let technician_id: TechnicianId = "019a0000-0000-7000-8000-000000000003".parse().unwrap();
    Author::Technician { technician_id, name: Line::new("Priya").unwrap() }
}

pub fn opened() -> Fact {
    Fact::Opened(Opened { by: technician(), entry_id: None })
}

pub fn closed() -> Fact {
    Fact::Closed(Closed { by: technician() })
}

pub fn assigned() -> Fact {
    Fact::Assigned(Assigned { to: None, by: Author::Policy })
}

pub fn read(upto: u64) -> Fact {
    Fact::Read(Read { upto })
}

pub fn said(by: Author, text: &str) -> Fact {
    let written_at = DateTime::from_timestamp_micros(1_800_000_000_123_456).unwrap();
    Fact::Said(Said { message_id: MessageId::new(), by, text: Text::new(text).unwrap(), written_at })
}

pub fn noted(text: &str) -> Fact {
    let written_at = DateTime::from_timestamp_micros(1_800_000_000_654_321).unwrap();
    Fact::Noted(Noted { message_id: MessageId::new(), by: technician(), text: Text::new(text).unwrap(), written_at })
}
