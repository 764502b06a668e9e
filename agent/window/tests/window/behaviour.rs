//! What a person can do in the window, and what a screen reader is told, without a display.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use agent::window::{FromWindow, Refusal, ToWindow};
use agent::{Delivery, Entry, Event, LinkState};
use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery};
use slint::ComponentHandle as _;
use slint::platform::{Key, WindowEvent};
use window::View;

use crate::conversations::{Conversation, clock, line, link, printer, waiting};

/// A window and what it said.
struct Opened {
    view: Rc<View>,
    said: Rc<RefCell<Vec<FromWindow>>>,
}

impl Opened {
    fn with(told: Vec<ToWindow>) -> Self {
        i_slint_backend_testing::init_no_event_loop();
        let said = Rc::<RefCell<Vec<FromWindow>>>::default();
        let heard = Rc::clone(&said);
        let view = View::new(clock(), move |one| heard.borrow_mut().push(one)).unwrap();
        let opened = Self { view, said };
        opened.view.window().show().unwrap();
        opened.tell(told);
        opened
    }

    fn tell(&self, told: Vec<ToWindow>) {
        for told in told {
            if self.view.hear(told).is_some() {
                self.view.appeared();
                self.view.window().invoke_take_keyboard();
            }
        }
    }

    fn one(&self, label: &str) -> ElementHandle {
        let mut found = ElementHandle::find_by_accessible_label(self.view.window(), label);
        found.next().unwrap_or_else(|| panic!("nothing is called {label:?}; there is {:?}", self.labels()))
    }

    fn has(&self, label: &str) -> bool {
        ElementHandle::find_by_accessible_label(self.view.window(), label).next().is_some()
    }

    fn labels(&self) -> Vec<String> {
        let all = ElementQuery::from_root(self.view.window()).match_descendants().find_all();
        all.iter().filter_map(|element| Some(element.accessible_label()?.to_string())).collect()
    }

    /// The conversation as it is read out.
    fn read_out(&self) -> Vec<String> {
        let items = ElementQuery::from_root(self.view.window()).match_descendants();
        let items = items.match_accessible_role(AccessibleRole::ListItem).find_all();
        let labels = items.iter().map(|item| item.accessible_label().unwrap().to_string());
        // An element is found once for each component that it is part of.
        let mut read_out = Vec::new();
        for label in labels {
            if !read_out.contains(&label) {
                read_out.push(label);
            }
        }
        read_out
    }

    fn key(&self, text: impl Into<slint::SharedString>) {
        let text = text.into();
        self.view.window().window().dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
        self.view.window().window().dispatch_event(WindowEvent::KeyReleased { text });
    }

    fn said(&self) -> Vec<FromWindow> {
        self.said.borrow_mut().drain(..).collect()
    }
}

fn draft(text: &str) -> FromWindow {
    FromWindow::Draft { text: text.to_owned() }
}

fn say(text: &str) -> FromWindow {
    FromWindow::Say { text: text.to_owned() }
}

#[test]
fn a_screen_reader_is_told_who_said_what_when_and_how_far_it_came() {
    let conversation = Conversation::new().opened().mine("Help!", Delivery::Read).theirs("Hello");
    let opened = Opened::with(conversation.automatic("A moment, please.").waiting("ok").told());
    let (read_out, times): (Vec<_>, Vec<_>) = opened.read_out().into_iter().map(|label| without_time(&label)).unzip();
    assert_eq!(
        read_out,
        [
            "Today",
            "You, : Help! (Read)",
            "Priya Raman, : Hello",
            "Automatic message, : A moment, please.",
            "You, : ok (Sending)",
        ]
    );
    assert_eq!(times, [false, true, true, true, true]);
    assert!(opened.has("Priya Raman, Northwind IT"));
    let input = opened.one("Message");
    assert_eq!(input.accessible_role(), Some(AccessibleRole::TextInput));
    assert_eq!(input.accessible_placeholder_text().as_deref(), Some("Write a message…"));
    for button in ["Send", "About"] {
        assert_eq!(opened.one(button).accessible_role(), Some(AccessibleRole::Button), "{button}");
    }
}

/// The label without a time like 11:22, and whether it had one: it depends on where the test runs.
fn without_time(label: &str) -> (String, bool) {
    let is_time =
        |part: &str| part.as_bytes().get(2) == Some(&b':') && part[..2].chars().all(|digit| digit.is_ascii_digit());
    match label.split_once(", ") {
        Some((who, rest)) if is_time(rest) => (format!("{who}, {}", &rest[5..]), true),
        _ => (label.to_owned(), false),
    }
}

#[test]
fn enter_sends_and_shift_enter_begins_a_new_line() {
    let opened = Opened::with(printer().told());
    opened.said();
    assert_eq!(opened.one("Send").accessible_enabled(), Some(false));
    opened.key("a");
    assert_eq!(opened.one("Send").accessible_enabled(), Some(true));
    let window = opened.view.window().window();
    window.dispatch_event(WindowEvent::KeyPressed { text: Key::Shift.into() });
    opened.key(Key::Return);
    window.dispatch_event(WindowEvent::KeyReleased { text: Key::Shift.into() });
    opened.key("b");
    opened.key(Key::Return);
    let typing = FromWindow::Typing;
    assert_eq!(opened.said(), [typing.clone(), typing.clone(), typing, draft("a\nb"), say("a\nb")]);
    assert_eq!(opened.one("Message").accessible_value().as_deref(), Some(""));
    opened.key(Key::Return);
    assert_eq!(opened.said(), [], "nothing is nothing to send");
}

#[test]
fn what_is_said_is_the_draft_until_it_is_accepted_and_is_put_back_when_it_is_refused() {
    let opened = Opened::with(printer().told());
    opened.one("Message").set_accessible_value("first");
    opened.one("Send").invoke_accessible_default_action();
    opened.one("Message").set_accessible_value("second");
    opened.said();
    opened.view.close();
    assert_eq!(opened.said(), [draft("first\nsecond")]);
    opened.tell(vec![ToWindow::Accepted(waiting("first", "2026-03-03T12:00:00Z".parse().unwrap()))]);
    assert_eq!(opened.said(), [draft("second")]);

    opened.one("Send").invoke_accessible_default_action();
    opened.one("Message").set_accessible_value("third");
    opened.said();
    opened.tell(vec![ToWindow::Refused { text: "second".to_owned(), reason: Refusal::Disk }]);
    assert_eq!(opened.one("Message").accessible_value().as_deref(), Some("second\nthird"));
    assert!(opened.has("This could not be saved and was not sent. Please try again."));
    opened.key("!");
    assert!(!opened.has("This could not be saved and was not sent. Please try again."));
}

#[test]
fn a_text_too_long_for_a_message_is_not_sent_and_says_so() {
    let opened = Opened::with(printer().told());
    opened.one("Message").set_accessible_value("x".repeat(16 * 1024 + 1));
    assert!(opened.has("This is too long for one message."));
    assert_eq!(opened.one("Send").accessible_enabled(), Some(false));
    opened.said();
    opened.key(Key::Return);
    assert_eq!(opened.said(), []);
    opened.one("Message").set_accessible_value("x".repeat(16 * 1024));
    opened.key(Key::Return);
    assert!(opened.said().contains(&say(&"x".repeat(16 * 1024))));
}

#[test]
fn an_ended_chat_can_be_begun_anew_in_the_same_window_and_the_draft_is_kept() {
    let mut told = Conversation::new().opened().theirs("Bye!").closed().told();
    told[0] = ToWindow::Hello { title: line("Live Chat"), draft: "One more thing".to_owned() };
    let opened = Opened::with(told);
    assert!(opened.has("This chat has ended. What you had begun to write is kept."));
    assert!(opened.has("Priya Raman ended this chat"));
    opened.key(Key::Return);
    assert_eq!(opened.said().iter().filter(|said| matches!(said, FromWindow::Say { .. })).count(), 0);

    opened.one("Start a new chat").invoke_accessible_default_action();
    assert!(!opened.has("This chat has ended. What you had begun to write is kept."));
    assert_eq!(opened.one("Message").accessible_value().as_deref(), Some("One more thing"));
    opened.key(Key::Return);
    assert!(opened.said().contains(&say("One more thing")));
}

#[test]
fn what_is_typed_while_the_chat_ends_stays_as_it_is() {
    let conversation = Conversation::new().opened();
    let chat_id = conversation.snapshot.open_chat.unwrap();
    let opened = Opened::with(conversation.told());
    opened.key("a");
    let what = agent::What::Closed { by: crate::conversations::priya() };
    let at = "2026-03-03T12:00:00Z".parse().unwrap();
    opened.tell(vec![ToWindow::Event(Event::Entry(Entry { seq: 9, at, chat_id, what }))]);
    i_slint_backend_testing::mock_elapsed_time(Duration::from_millis(20));
    opened.said();
    opened.key("b");
    opened.key(Key::Return);
    assert_eq!(opened.said(), []);
    opened.one("Start a new chat").invoke_accessible_default_action();
    assert_eq!(opened.one("Message").accessible_value().as_deref(), Some("a"));
}

#[test]
fn offline_one_can_go_on_writing_and_the_window_says_so() {
    let offline = "You are offline. You can go on writing; it is sent as soon as there is a connection.";
    let opened = Opened::with(printer().told());
    opened.tell(vec![link(LinkState::Offline)]);
    assert!(opened.has(offline));
    opened.one("Message").set_accessible_value("still here");
    opened.key(Key::Return);
    assert!(opened.said().contains(&say("still here")));
}

#[test]
fn what_is_on_the_screen_is_shown_and_read_only_in_front() {
    let conversation = printer();
    let upto = conversation.snapshot.entries[5].seq;
    let opened = Opened::with(conversation.told());
    assert_eq!(opened.said(), [FromWindow::Shown { upto }]);
    opened.view.set_front(true);
    assert_eq!(opened.said(), [FromWindow::Front { front: true }, FromWindow::Read { upto }]);
    opened.view.set_front(false);
    opened.view.set_front(true);
    assert_eq!(opened.said(), [FromWindow::Front { front: false }, FromWindow::Front { front: true }]);
}

#[test]
fn about_shows_what_it_is_made_with_and_gives_the_keyboard_back() {
    let opened = Opened::with(printer().told());
    opened.tell(vec![ToWindow::About]);
    assert!(opened.has("#MadeWithSlint"), "{:?}", opened.labels());
    opened.key(Key::Escape);
    assert!(!opened.has("#MadeWithSlint"));
    opened.key("x");
    assert_eq!(opened.one("Message").accessible_value().as_deref(), Some("x"));
}
