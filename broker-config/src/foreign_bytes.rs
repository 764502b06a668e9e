//! Everything that reads what others wrote, given anything at all: it says no, and does not fall over.

use chrono::DateTime;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::{
    ChatSubject, DeviceConnection, DeviceTraffic, Due, Fact, LiveSubject, OpenConnections, Receipts, SyncAnswer,
    SyncRequest, TabSubject, TechnicianSubject, Typing, jwt, subject,
};

/// One of each that is right, for mutations to begin with.
const RIGHT: [&str; 14] = [
    r#"{"kind":"opened.v1","by":{"type":"client","session_user":"SHOP\\ann"},"entry_id":"019a0000-0000-7000-8000-000000000002"}"#,
    r#"{"kind":"closed.v1","by":{"type":"system"}}"#,
    r#"{"kind":"said.v1","message_id":"019a0000-0000-7000-8000-000000000004","by":{"type":"client"},"text":"hi\n👋","written_at":"2026-01-02T03:04:05.678Z"}"#,
    r#"{"kind":"noted.v1","message_id":"019a0000-0000-7000-8000-000000000004","by":{"type":"policy"},"text":"x","written_at":"2026-01-02T03:04:05Z"}"#,
    r#"{"kind":"assigned.v1","to":{"technician_id":"019a0000-0000-7000-8000-000000000003","name":"Priya"},"by":{"type":"policy"}}"#,
    r#"{"kind":"read.v1","upto":42}"#,
    r#"{"kind":"ticketed.v1","ticket_id":"019a0000-0000-7000-8000-000000000002","number":1007,"by":{"type":"system"}}"#,
    r#"{"after":7,"pending":["019a0000-0000-7000-8000-000000000004"]}"#,
    r#"{"messages":[{"message_id":"019a0000-0000-7000-8000-000000000004","seq":7,"at":"2026-01-02T03:04:05Z"}]}"#,
    r#"{"server":{"id":"N"},"client":{"id":7,"start":"2026-01-02T03:04:05Z","stop":"2026-01-02T03:04:06Z","host":"::1","jwt":"a.eyJuYW1lIjoiMDE5YTAwMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAyIn0.c"},"sent":{"msgs":1,"bytes":2}}"#,
    r#"{"data":{"server_id":"N","now":"2026-01-02T03:04:05Z","total":1,"connections":[{"cid":7,"ip":"10.0.0.1","start":"2026-01-02T03:04:05Z","jwt":"a.e30.c","in_msgs":1,"in_bytes":2}]}}"#,
    r#"{"chat_id":"019a0000-0000-7000-8000-000000000002","asset_id":"019a0000-0000-7000-8000-000000000001","seq":7}"#,
    "chat.019a0000-0000-7000-8000-000000000001.019a0000-0000-7000-8000-000000000002.said.client",
    "live.019a0000-0000-7000-8000-000000000001.019a0000-0000-7000-8000-000000000002.typing.client",
];

/// What is done to something that is right.
#[derive(Debug, Clone)]
enum Mutation {
    Put(Index, Vec<u8>),
    Cut(Index, usize),
    Double(Index, usize),
    Swap(Index, u8),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = any::<Index>;
    let token = prop_oneof![
        vec(any::<u8>(), 0..8),
        "[\\\\\"{}\\[\\],:.*>0-9-]{1,12}".prop_map(String::into_bytes),
        Just(b"18446744073709551616".to_vec()),
        Just(b"-1".to_vec()),
        Just(b"1e999".to_vec()),
        Just(b"null".to_vec()),
        Just(b"\\u0000".to_vec()),
        Just(b"\\ud800".to_vec()),
    ];
    prop_oneof![
        (at(), token).prop_map(|(at, bytes)| Mutation::Put(at, bytes)),
        (at(), 1..20_usize).prop_map(|(at, length)| Mutation::Cut(at, length)),
        (at(), 1..40_usize).prop_map(|(at, length)| Mutation::Double(at, length)),
        (at(), any::<u8>()).prop_map(|(at, byte)| Mutation::Swap(at, byte)),
    ]
}

fn mutated(right: &str, mutations: &[Mutation]) -> Vec<u8> {
    let mut bytes = right.as_bytes().to_vec();
    for mutation in mutations {
        match mutation {
            Mutation::Put(at, put) => {
                let at = at.index(bytes.len() + 1);
                bytes.splice(at..at, put.iter().copied());
            }
            Mutation::Cut(at, length) => {
                let at = at.index(bytes.len() + 1);
                bytes.drain(at..bytes.len().min(at + length));
            }
            Mutation::Double(at, length) => {
                let at = at.index(bytes.len() + 1);
                let part = bytes[at..bytes.len().min(at + length)].to_vec();
                bytes.splice(at..at, part);
            }
            Mutation::Swap(at, byte) if !bytes.is_empty() => {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            Mutation::Swap(..) => {}
        }
    }
    bytes
}

/// Reads it as everything that it might be. What is understood is written as something that reads as the same.
fn read_as_everything(bytes: &[u8]) -> Result<(), TestCaseError> {
    match Fact::decode(bytes) {
        Ok(fact) => prop_assert_eq!(Fact::decode(&fact.encode()).ok(), Some(fact)),
        Err(error) => prop_assert!(error.to_string().len() < bytes.len() + 200),
    }
    _ = serde_json::from_slice::<SyncRequest>(bytes);
    _ = serde_json::from_slice::<SyncAnswer>(bytes);
    _ = serde_json::from_slice::<Receipts>(bytes);
    _ = serde_json::from_slice::<Typing>(bytes);
    _ = DeviceConnection::from_event(bytes);
    _ = DeviceTraffic::from_end(bytes);
    _ = DeviceTraffic::read_busiest(bytes);
    _ = OpenConnections::read(bytes);
    let text = String::from_utf8_lossy(bytes);
    if let Ok(subject) = text.parse::<ChatSubject>() {
        prop_assert_eq!(subject.to_string().parse(), Ok(subject));
    }
    if let Ok(subject) = text.parse::<LiveSubject>() {
        prop_assert_eq!(subject.to_string().parse(), Ok(subject));
    }
    _ = text.parse::<TechnicianSubject>();
    _ = text.parse::<TabSubject>();
    _ = ChatSubject::from_feed(&text);
    _ = subject::parse_sync(&text);
    _ = subject::parse_due(&text);
    _ = subject::parse_dead(&text);
    _ = subject::timed_chat(&text);
    _ = Due::read(&text, bytes, DateTime::UNIX_EPOCH);
    _ = jwt::name_of(&text);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_bytes_are_understood_or_refused(bytes in vec(any::<u8>(), 0..400)) {
        read_as_everything(&bytes)?;
    }

    #[test]
    fn what_was_right_and_is_not_any_more_is_understood_or_refused(
        right in 0..RIGHT.len(),
        mutations in vec(mutation(), 1..5),
    ) {
        read_as_everything(&mutated(RIGHT[right], &mutations))?;
    }

    #[test]
    fn json_as_deep_as_one_likes_is_refused(depth in 1..20_000_usize, open in "[\\[{]") {
        let deep = if open == "[" { "[".repeat(depth) } else { r#"{"kind":"#.repeat(depth) };
        prop_assert!(Fact::decode(deep.as_bytes()).is_err());
        read_as_everything(deep.as_bytes())?;
    }
}
