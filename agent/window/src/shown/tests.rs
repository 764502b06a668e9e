use agent::window::Refusal;
use agent::{About, Waiting};
use broker_config::{ChatId, Menu, TechnicianId, Text};

use super::*;

fn line(line: &str) -> Line {
    Line::new(line).unwrap()
}

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

fn me() -> Author {
    Author::Client { session_user: None }
}

fn priya() -> Author {
    Author::Technician { technician_id: TechnicianId::new(), name: line("Priya") }
}

fn entry(seq: u64, chat_id: ChatId, what: What) -> Entry {
    Entry { seq, at: "2026-03-03T12:00:00Z".parse().unwrap(), chat_id, what }
}

fn said(seq: u64, chat_id: ChatId, by: Author) -> Entry {
    let delivery = matches!(by, Author::Client { .. }).then_some(Delivery::Sent);
    let what = What::Said { message_id: MessageId::new(), by, text: text("a"), late: false, delivery };
    entry(seq, chat_id, what)
}

fn opened(seq: u64, chat_id: ChatId) -> Entry {
    entry(seq, chat_id, What::Opened { by: me() })
}

fn closed(seq: u64, chat_id: ChatId) -> Entry {
    entry(seq, chat_id, What::Closed { by: priya() })
}

fn waiting(message_id: MessageId) -> Waiting {
    let written_at = "2026-03-03T12:00:00Z".parse().unwrap();
    Waiting { message_id, text: text("a"), written_at, delivery: Delivery::Waiting }
}

fn message_of(entry: &Entry) -> MessageId {
    let What::Said { message_id, .. } = entry.what else { panic!("not a message") };
    message_id
}

fn hear_all(shown: &mut Shown, entries: impl IntoIterator<Item = Entry>) {
    for entry in entries {
        assert_eq!(shown.hear(ToWindow::Event(Event::Entry(entry))), Then::Nothing);
    }
}

#[test]
fn entries_stand_in_the_logs_order_whenever_they_come() {
    let chat = ChatId::new();
    let entries = [opened(1, chat), said(2, chat, me()), said(3, chat, priya())];
    let mut shown = Shown::default();
    hear_all(&mut shown, [entries[2].clone(), entries[0].clone(), entries[1].clone(), entries[2].clone()]);
    assert_eq!(shown.snapshot.entries, entries);
}

#[test]
fn a_message_waits_until_the_log_has_it_in_whichever_order_that_is_told() {
    let entry = said(2, ChatId::new(), me());
    let accepted = ToWindow::Accepted(waiting(message_of(&entry)));
    for accepted_first in [true, false] {
        let mut shown = Shown::default();
        if accepted_first {
            shown.hear(accepted.clone());
            assert_eq!(shown.snapshot.waiting.len(), 1);
        }
        hear_all(&mut shown, [entry.clone()]);
        shown.hear(accepted.clone());
        assert_eq!(shown.snapshot.waiting, [], "{accepted_first}");
        assert_eq!(shown.snapshot.entries, std::slice::from_ref(&entry), "{accepted_first}");
    }
}

#[test]
fn how_far_a_message_has_come_never_goes_back() {
    let mut shown = Shown::default();
    let entry = said(2, ChatId::new(), me());
    let message_id = message_of(&entry);
    hear_all(&mut shown, [entry]);
    for (news, expected) in [
        (Delivery::Stored, Delivery::Stored),
        (Delivery::Sent, Delivery::Stored),
        (Delivery::Read, Delivery::Read),
        (Delivery::Stored, Delivery::Read),
    ] {
        shown.hear(ToWindow::Event(Event::Delivery { message_id, delivery: news }));
        let What::Said { delivery, .. } = shown.snapshot.entries[0].what else { panic!("not a message") };
        assert_eq!(delivery, Some(expected), "{news:?}");
    }
}

#[test]
fn a_chat_has_ended_until_somebody_begins_another() {
    let (first, second) = (ChatId::new(), ChatId::new());
    let mut shown = Shown::default();
    assert!(!shown.ended(), "nothing was there yet");
    hear_all(&mut shown, [opened(1, first)]);
    assert!(!shown.ended());
    hear_all(&mut shown, [closed(2, first)]);
    assert!(shown.ended());
    // An opening that comes late is not the present.
    hear_all(&mut shown, [opened(1, first)]);
    assert!(shown.ended());

    shown.begun_anew = true;
    assert!(!shown.ended());
    hear_all(&mut shown, [opened(3, second)]);
    assert_eq!((shown.ended(), shown.begun_anew), (false, false));
    hear_all(&mut shown, [closed(4, second)]);
    assert!(shown.ended());
    shown.hear(ToWindow::Accepted(waiting(MessageId::new())));
    assert!(!shown.ended(), "what waits begins a new chat");
}

#[test]
fn the_technician_is_who_spoke_last_in_the_open_chat() {
    let (first, second) = (ChatId::new(), ChatId::new());
    let mut shown = Shown::default();
    hear_all(&mut shown, [opened(1, first), said(2, first, priya())]);
    assert_eq!(shown.technician(), Some(&line("Priya")));
    hear_all(&mut shown, [closed(3, first)]);
    assert_eq!(shown.technician(), None);
    hear_all(&mut shown, [opened(4, second), said(5, second, me())]);
    assert_eq!(shown.technician(), None);
}

#[test]
fn what_came_while_nobody_looked_stays_marked_until_it_is_answered() {
    let chat = ChatId::new();
    let mut shown = Shown { front: true, ..Shown::default() };
    hear_all(&mut shown, [opened(1, chat), said(2, chat, priya())]);
    assert_eq!(shown.new_from, None);
    shown.front = false;
    hear_all(&mut shown, [said(3, chat, me()), said(4, chat, priya()), said(5, chat, priya())]);
    assert_eq!(shown.new_from, Some(4));
    shown.front = true;
    hear_all(&mut shown, [said(6, chat, priya())]);
    assert_eq!((shown.new_from, shown.last_of_others()), (Some(4), Some(6)));
    shown.hear(ToWindow::Accepted(waiting(MessageId::new())));
    assert_eq!(shown.new_from, None);
}

#[test]
fn a_snapshot_replaces_everything_and_marks_what_is_unread() {
    let chat = ChatId::new();
    let mut shown = Shown::default();
    hear_all(&mut shown, [opened(1, ChatId::new())]);
    shown.hear(ToWindow::Event(Event::DiskTrouble));
    let about = About { asset_name: line("pc"), organisation: line("Acme"), menu: Menu::default() };
    let entries = vec![opened(7, chat), said(8, chat, priya()), said(9, chat, priya())];
    let snapshot =
        Snapshot { about: Some(about), open_chat: Some(chat), entries, waiting: vec![], unread: 1, typing: false };
    shown.hear(ToWindow::Snapshot { link: LinkState::Online, snapshot: snapshot.clone() });
    let expected = Shown { link: LinkState::Online, snapshot, new_from: Some(9), state_seq: 7, ..Shown::default() };
    assert_eq!(shown, expected);
}

#[test]
fn a_draft_is_restored_once_and_what_was_refused_is_put_back() {
    let mut shown = Shown::default();
    let hello = ToWindow::Hello { title: line("Chat"), draft: "half a".to_owned() };
    assert_eq!(shown.hear(hello.clone()), Then::Restore("half a".to_owned()));
    assert_eq!(shown.hear(hello), Then::Nothing);
    let refused = ToWindow::Refused { text: "all of it".to_owned(), reason: Refusal::Disk };
    assert_eq!(shown.hear(refused), Then::PutBack("all of it".to_owned(), Refusal::Disk));
    assert_eq!(shown.hear(ToWindow::Show { focus: false }), Then::Appear { focus: false });
}

#[test]
fn no_more_is_kept_than_the_agent_keeps() {
    let chat = ChatId::new();
    let mut shown = Shown::default();
    hear_all(&mut shown, (1..=MAX_ENTRIES as u64 + 2).map(|seq| said(seq, chat, me())));
    assert_eq!((shown.snapshot.entries.len(), shown.snapshot.entries[0].seq), (MAX_ENTRIES, 3));
}
