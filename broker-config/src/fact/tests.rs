use super::*;

const CHAT: &str = "019a0000-0000-7000-8000-000000000002";
const TECHNICIAN: &str = "019a0000-0000-7000-8000-000000000003";

fn technician() -> Author {
    Author::Technician { technician_id: TECHNICIAN.parse().unwrap(), name: Line::new("Priya").unwrap() }
}

/// Every kind with the bytes it has on the wire. A published line is never edited; a new version is a new line.
fn golden() -> Vec<(Fact, String)> {
    let message_id: MessageId = "019a0000-0000-7000-8000-000000000004".parse().unwrap();
    let written_at = "2026-01-02T03:04:05.678Z".parse().unwrap();
    let client = Author::Client { session_user: Some(Line::new("SHOP\\ann").unwrap()) };
    let text = || Text::new("hi\n👋").unwrap();
    vec![
        (
            Fact::Opened(Opened { by: client.clone(), entry_id: Some(CHAT.parse().unwrap()) }),
            format!(
                r#"{{"kind":"opened.v1","by":{{"type":"client","session_user":"SHOP\\ann"}},"entry_id":"{CHAT}"}}"#
            ),
        ),
        (Fact::Closed(Closed { by: Author::System }), r#"{"kind":"closed.v1","by":{"type":"system"}}"#.to_owned()),
        (
            Fact::Said(Said { message_id, by: Author::Client { session_user: None }, text: text(), written_at }),
            format!(
                r#"{{"kind":"said.v1","message_id":"{message_id}","by":{{"type":"client"}},"text":"hi\n👋","written_at":"2026-01-02T03:04:05.678Z"}}"#
            ),
        ),
        (
            Fact::Noted(Noted { message_id, by: technician(), text: text(), written_at }),
            format!(
                r#"{{"kind":"noted.v1","message_id":"{message_id}","by":{{"type":"technician","technician_id":"{TECHNICIAN}","name":"Priya"}},"text":"hi\n👋","written_at":"2026-01-02T03:04:05.678Z"}}"#
            ),
        ),
        (
            Fact::Assigned(Assigned {
                to: Some(Assignee { technician_id: TECHNICIAN.parse().unwrap(), name: Line::new("Priya").unwrap() }),
                by: Author::Policy,
            }),
            format!(
                r#"{{"kind":"assigned.v1","to":{{"technician_id":"{TECHNICIAN}","name":"Priya"}},"by":{{"type":"policy"}}}}"#
            ),
        ),
        (
            Fact::Assigned(Assigned { to: None, by: Author::System }),
            r#"{"kind":"assigned.v1","by":{"type":"system"}}"#.to_owned(),
        ),
        (Fact::Read(Read { upto: 42 }), r#"{"kind":"read.v1","upto":42}"#.to_owned()),
        (
            Fact::Ticketed(Ticketed { ticket_id: CHAT.parse().unwrap(), number: 1007, by: Author::System }),
            format!(r#"{{"kind":"ticketed.v1","ticket_id":"{CHAT}","number":1007,"by":{{"type":"system"}}}}"#),
        ),
    ]
}

#[test]
fn every_kind_has_its_golden_bytes_both_ways() {
    for (fact, bytes) in golden() {
        assert_eq!(String::from_utf8(fact.encode()).unwrap(), bytes);
        assert_eq!(Fact::decode(bytes.as_bytes()).unwrap(), fact);
    }
}

#[test]
fn the_golden_bytes_cover_every_kind() {
    for kind in KINDS {
        assert!(golden().iter().any(|(_, bytes)| bytes.contains(&format!(r#""kind":"{kind}""#))), "{kind}");
    }
}

#[test]
fn an_id_used_in_two_chats_is_a_repeat_only_of_a_devices_message() {
    let (here, there) = (ChatId::new(), ChatId::new());
    let said = |by| {
        let message_id = MessageId::new();
        Fact::Said(Said { message_id, by, text: Text::new("hi").unwrap(), written_at: chrono::DateTime::UNIX_EPOCH })
    };
    let (ours, devices) = (said(technician()), said(Author::Client { session_user: None }));
    assert_ne!(ours.repeat_id(here), ours.repeat_id(there));
    assert_eq!(devices.repeat_id(here), devices.repeat_id(there));
}

#[test]
fn unknown_fields_are_ignored() {
    let fact = Fact::decode(br#"{"kind":"read.v1","upto":7,"colour":"teal"}"#).unwrap();
    assert_eq!(fact, Fact::Read(Read { upto: 7 }));
}

#[test]
fn a_later_kind_is_told_from_a_malformed_fact() {
    assert!(matches!(Fact::decode(br#"{"kind":"said.v9"}"#), Err(DecodeError::UnknownKind(kind)) if kind == "said.v9"));
    let nul = br#"{"kind":"said.v1","message_id":"019a0000-0000-7000-8000-000000000004","by":{"type":"client"},"text":"\u0000","written_at":"2026-01-02T03:04:05Z"}"#;
    for payload in [&b"{"[..], b"", b"[]", br#"{"kind":7}"#, br#"{"kind":"said.v1"}"#, nul] {
        assert!(matches!(Fact::decode(payload), Err(DecodeError::Malformed(_))), "{payload:?}");
    }
}

#[test]
fn a_fact_belongs_only_where_its_author_may_write() {
    let chat = ChatId::new();
    let on = |leaf| ChatSubject::new(crate::AssetId::new(), chat, leaf);
    let said = |by| {
        Fact::Said(Said {
            message_id: MessageId::new(),
            by,
            text: Text::new("hi").unwrap(),
            written_at: "2026-01-02T03:04:05Z".parse().unwrap(),
        })
    };
    assert!(said(Author::Client { session_user: None }).belongs_on(&on(Leaf::SaidClient)));
    assert!(!said(technician()).belongs_on(&on(Leaf::SaidClient)));
    assert!(!said(Author::Client { session_user: None }).belongs_on(&on(Leaf::SaidTechnician)));
    assert!(!Fact::Read(Read { upto: 1 }).belongs_on(&on(Leaf::Opened)));
}
