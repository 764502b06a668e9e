use std::fmt::Debug;

use broker_config::{Author, Menu};
use proptest::prelude::*;

use super::*;
use crate::conversation::{About, Delivery, Entry, What};

const CHAT: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
const MESSAGE: &str = "01890a5d-ac96-774b-bcce-b302099a8058";
const AT: &str = "2026-01-02T03:04:05Z";

/// Both ways.
fn golden<Said: Serialize + DeserializeOwned + PartialEq + Debug>(said: &Said, bytes: &str) {
    assert_eq!(line(said), format!("{bytes}\n"));
    assert_eq!(&read::<Said>(bytes).unwrap(), said, "{bytes}");
}

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

fn opened() -> Entry {
    let by = Author::Client { session_user: None };
    Entry { seq: 7, at: AT.parse().unwrap(), chat_id: CHAT.parse().unwrap(), what: What::Opened { by } }
}

fn said() -> Entry {
    let what = What::Said {
        message_id: MESSAGE.parse().unwrap(),
        by: Author::Client { session_user: None },
        text: text("two\nlines"),
        late: false,
        delivery: Some(Delivery::Stored),
    };
    Entry { seq: 8, what, ..opened() }
}

fn waiting() -> Waiting {
    Waiting {
        message_id: MESSAGE.parse().unwrap(),
        text: text("👋"),
        written_at: AT.parse().unwrap(),
        delivery: Delivery::Waiting,
    }
}

#[test]
fn what_a_resident_says_is_one_line_each() {
    let title = Line::new("Live Chat").unwrap();
    golden(&ToWindow::Hello { title: title.clone(), draft: String::new() }, r#"{"tell":"hello","title":"Live Chat"}"#);
    golden(
        &ToWindow::Hello { title, draft: "wait, ".to_owned() },
        r#"{"tell":"hello","title":"Live Chat","draft":"wait, "}"#,
    );
    golden(&ToWindow::Show { focus: false }, r#"{"tell":"show","focus":false}"#);
    golden(&ToWindow::About, r#"{"tell":"about"}"#);
    golden(
        &ToWindow::Accepted(waiting()),
        &format!(
            r#"{{"tell":"accepted","message_id":"{MESSAGE}","text":"👋","written_at":"{AT}","delivery":"waiting"}}"#
        ),
    );
    golden(
        &ToWindow::Refused { text: "a".to_owned(), reason: Refusal::Full },
        r#"{"tell":"refused","text":"a","reason":"full"}"#,
    );
}

#[test]
fn a_snapshot_is_one_line() {
    let line = |name| Line::new(name).unwrap();
    let about = About { asset_name: line("pc-1"), organisation: line("Acme"), menu: Menu::default() };
    let snapshot = Snapshot {
        about: Some(about),
        open_chat: Some(CHAT.parse().unwrap()),
        entries: vec![opened(), said()],
        waiting: vec![waiting()],
        unread: 2,
        typing: true,
    };
    golden(
        &ToWindow::Snapshot { link: LinkState::Offline, snapshot },
        &format!(
            r#"{{"tell":"snapshot","link":"offline","snapshot":{{"about":{{"asset_name":"pc-1","organisation":"Acme","menu":[]}},"open_chat":"{CHAT}","entries":[{{"seq":7,"at":"{AT}","chat_id":"{CHAT}","what":{{"opened":{{"by":{{"type":"client"}}}}}}}},{{"seq":8,"at":"{AT}","chat_id":"{CHAT}","what":{{"said":{{"message_id":"{MESSAGE}","by":{{"type":"client"}},"text":"two\nlines","late":false,"delivery":"stored"}}}}}}],"waiting":[{{"message_id":"{MESSAGE}","text":"👋","written_at":"{AT}","delivery":"waiting"}}],"unread":2,"typing":true}}}}"#
        ),
    );
}

#[test]
fn every_event_is_one_line() {
    let message_id = MESSAGE.parse().unwrap();
    for (event, bytes) in [
        (Event::Link(LinkState::Online), r#"{"tell":"event","event":"link","value":"online"}"#.to_owned()),
        (
            Event::Entry(opened()),
            format!(
                r#"{{"tell":"event","event":"entry","value":{{"seq":7,"at":"{AT}","chat_id":"{CHAT}","what":{{"opened":{{"by":{{"type":"client"}}}}}}}}}}"#
            ),
        ),
        (
            Event::Delivery { message_id, delivery: Delivery::Read },
            format!(r#"{{"tell":"event","event":"delivery","value":{{"message_id":"{MESSAGE}","delivery":"read"}}}}"#),
        ),
        (Event::Typing(true), r#"{"tell":"event","event":"typing","value":true}"#.to_owned()),
        (Event::Unread(3), r#"{"tell":"event","event":"unread","value":3}"#.to_owned()),
        (Event::Reset, r#"{"tell":"event","event":"reset"}"#.to_owned()),
        (Event::DiskTrouble, r#"{"tell":"event","event":"disk_trouble"}"#.to_owned()),
    ] {
        golden(&ToWindow::Event(event), &bytes);
    }
}

#[test]
fn what_a_window_says_is_one_line_each() {
    for (said, bytes) in [
        (FromWindow::Ready, r#"{"ask":"ready"}"#),
        (FromWindow::Front { front: true }, r#"{"ask":"front","front":true}"#),
        (FromWindow::Shown { upto: 8 }, r#"{"ask":"shown","upto":8}"#),
        (FromWindow::Read { upto: 8 }, r#"{"ask":"read","upto":8}"#),
        (FromWindow::Typing, r#"{"ask":"typing"}"#),
        (FromWindow::Draft { text: String::new() }, r#"{"ask":"draft","text":""}"#),
        (FromWindow::Say { text: "a\n\"b\"".to_owned() }, r#"{"ask":"say","text":"a\n\"b\""}"#),
    ] {
        golden(&said, bytes);
    }
}

#[test]
fn a_line_of_a_later_version_is_not_understood_and_a_new_field_is_ignored() {
    assert_eq!(read::<FromWindow>(r#"{"ask":"dance"}"#), Err(NotUnderstood));
    assert_eq!(read::<FromWindow>("{\"ask\":\"say\",\"te"), Err(NotUnderstood));
    assert_eq!(read::<ToWindow>(r#"{"tell":"show","focus":true,"where":"left"}"#), Ok(ToWindow::Show { focus: true }));
}

#[test]
fn the_longest_text_fits_in_a_line() {
    let said = FromWindow::Say { text: "\u{1}".repeat(Text::MAX_BYTES) };
    assert!(line(&said).len() <= MAX_LINE_BYTES);
}

proptest! {
    #[test]
    fn a_broken_line_is_not_understood_and_does_no_harm(line in ".{0,200}", cut in 0..200_usize, put in ".{0,4}") {
        let right = r#"{"say":{"text":"two\\nlines"}}"#;
        let at = right.char_indices().map(|(at, _)| at).nth(cut % right.len()).unwrap_or(0);
        for broken in [line, format!("{}{put}", &right[..at]), format!("{}{put}{}", &right[..at], &right[at..])] {
            if let Ok(said) = read::<FromWindow>(&broken) {
                prop_assert_eq!(read::<FromWindow>(&super::line(&said)), Ok(said));
            }
            _ = read::<ToWindow>(&broken);
        }
    }
}
