use broker_config::{MessageId, TechnicianId, Text};

use super::*;

fn line(text: &str) -> Line {
    Line::new(text).unwrap()
}

fn technician() -> Author {
    Author::Technician { technician_id: TechnicianId::new(), name: line("Priya") }
}

fn client(user: &str) -> Author {
    Author::Client { session_user: Some(line(user)) }
}

fn said(by: Author, text: &str) -> What {
    What::Said { message_id: MessageId::new(), by, text: Text::new(text).unwrap(), late: false, delivery: None }
}

/// An open chat with these entries, of which the last `unread` of others are unread.
fn open(unread: usize, whats: Vec<What>) -> Snapshot {
    let chat_id = ChatId::new();
    let at = "2026-01-02T03:04:05Z".parse().unwrap();
    let entries = (1..).zip(whats).map(|(seq, what)| Entry { seq, at, chat_id, what }).collect();
    Snapshot { about: None, open_chat: Some(chat_id), entries, waiting: Vec::new(), unread, typing: false }
}

fn look(told: &mut Told, snapshot: &Snapshot, front: bool) -> Demand {
    told.look(snapshot, Some(&line("ann")), front)
}

#[test]
fn a_new_message_is_told_once_and_not_to_somebody_who_is_looking() {
    let chat =
        open(1, vec![What::Opened { by: client("ann") }, said(client("ann"), "help"), said(technician(), "hello")]);
    let news = News { title: "Priya".to_owned(), text: "hello".to_owned() };
    let told = Demand { news: Some(news), ..Demand::default() };
    let mut ours = Told::default();
    assert_eq!(look(&mut ours, &chat, false), told);
    assert_eq!(look(&mut ours, &chat, false), Demand::default(), "told already");
    let mut looking = Told::default();
    assert_eq!(look(&mut looking, &chat, true), Demand::default(), "the window is in front");
    assert_eq!(look(&mut looking, &chat, false), Demand::default(), "it was seen then");
}

#[test]
fn several_messages_are_one_notification_with_the_last_ones_beginning() {
    let long = "x".repeat(EXCERPT + 1);
    let chat = open(2, vec![said(technician(), "read"), said(technician(), "one"), said(Author::System, &long)]);
    let news = look(&mut Told::default(), &chat, false).news.unwrap();
    assert_eq!(news.title, "Automatic message (2 messages)");
    assert_eq!(news.text, format!("{}…", "x".repeat(EXCERPT)));
}

#[test]
fn the_window_opens_once_for_a_chat_that_a_technician_began() {
    let begun = vec![What::Opened { by: technician() }];
    let unread = vec![What::Opened { by: technician() }, said(technician(), "hello")];
    for (whats, unread, appears) in [(begun, 0, true), (unread.clone(), 1, true), (unread, 0, false)] {
        let (chat, mut told) = (open(unread, whats), Told::default());
        let first = look(&mut told, &chat, false);
        assert_eq!((first.appear, first.in_active_session), (appears, true), "{chat:?}");
        assert!(!look(&mut told, &chat, false).appear, "{chat:?}");
    }
    let by_client = open(0, vec![What::Opened { by: client("ann") }]);
    assert_eq!(look(&mut Told::default(), &by_client, false), Demand::default());
}

#[test]
fn what_is_said_in_somebody_elses_chat_is_not_told_here() {
    for (user, told) in [("ann", true), ("bob", false)] {
        let chat = open(1, vec![What::Opened { by: client(user) }, said(technician(), "hello")]);
        assert_eq!(look(&mut Told::default(), &chat, false).news.is_some(), told, "{user}");
    }
    let unknown = Author::Client { session_user: None };
    let chat = open(1, vec![What::Opened { by: unknown }, said(technician(), "hello")]);
    assert!(look(&mut Told::default(), &chat, false).news.is_some(), "whose it is, is not known");
}
