//! The real window on a real X server, driven from outside.

use agent::window::{FromWindow, ToWindow};
use broker_config::Text;

use crate::conversations::{line, printer, waiting};
use crate::desktop::{Desktop, wait_until};

const TITLE: &str = "^Live Chat$";

#[test]
fn what_a_person_types_is_said_and_what_is_in_front_of_them_is_read() {
    let desktop = Desktop::start();
    let mut window = desktop.window();
    window.until(&FromWindow::Ready);
    let conversation = printer();
    let last_of_others = conversation.snapshot.entries[conversation.snapshot.entries.len() - 2].seq;
    window.tell(conversation.told());
    desktop.xdotool(&["search", "--sync", "--onlyvisible", "--name", TITLE]);
    window.until(&FromWindow::Read { upto: last_of_others });

    desktop.xdotool(&["type", "--delay", "20", "hello"]);
    desktop.xdotool(&["key", "shift+Return"]);
    desktop.xdotool(&["type", "--delay", "20", "there"]);
    desktop.xdotool(&["key", "Return"]);
    let said = "hello\nthere".to_owned();
    let before = window.until(&FromWindow::Say { text: said.clone() });
    assert!(before.contains(&FromWindow::Typing), "{before:?}");
    // Whatever happens now, it is either the draft or accepted.
    assert_eq!(before.last(), Some(&FromWindow::Draft { text: said.clone() }));

    let mut accepted = waiting("x", "2026-03-03T12:00:00Z".parse().unwrap());
    accepted.text = Text::new(said).unwrap();
    window.tell([ToWindow::Accepted(accepted)]);
    window.until(&FromWindow::Draft { text: String::new() });
}

#[test]
fn a_window_that_is_closed_hands_over_its_draft_and_the_next_one_has_it() {
    let desktop = Desktop::start();
    let mut window = desktop.window();
    window.tell(printer().told());
    window.until(&FromWindow::Front { front: true });
    desktop.xdotool(&["type", "--delay", "20", "not yet"]);
    window.until(&FromWindow::Draft { text: "not yet".to_owned() });
    desktop.xdotool(&["type", "--delay", "1", " sent"]);
    desktop.xdotool(&["key", "alt+F4"]);
    let (said, code) = window.until_end();
    assert_eq!(code, Some(0));
    let draft = "not yet sent".to_owned();
    assert!(said.contains(&FromWindow::Draft { text: draft.clone() }), "{said:?}");

    let mut next = desktop.window();
    next.tell([ToWindow::Hello { title: line("Live Chat"), draft: draft.clone() }, ToWindow::Show { focus: true }]);
    next.until(&FromWindow::Front { front: true });
    desktop.xdotool(&["key", "Return"]);
    next.until(&FromWindow::Say { text: draft });
}

#[test]
fn a_window_ends_with_its_resident_and_says_what_is_written() {
    let desktop = Desktop::start();
    let mut window = desktop.window();
    window.tell(printer().told());
    window.until(&FromWindow::Front { front: true });
    desktop.xdotool(&["type", "--delay", "20", "hm"]);
    window.until(&FromWindow::Draft { text: "hm".to_owned() });
    window.resident_ends();
    assert_eq!(window.until_end(), (vec![], Some(0)));
    assert!(wait_until(|| desktop.try_xdotool(&["search", "--name", TITLE]).is_none()));
}

#[test]
fn a_window_that_is_asked_for_again_comes_to_the_front() {
    let desktop = Desktop::start();
    let (mut first, mut second) = (desktop.window(), desktop.window());
    for (window, title) in [(&mut first, "First"), (&mut second, "Second")] {
        window.tell([ToWindow::Hello { title: line(title), draft: String::new() }, ToWindow::Show { focus: true }]);
        window.until(&FromWindow::Front { front: true });
    }
    first.until(&FromWindow::Front { front: false });
    first.tell([ToWindow::Show { focus: true }]);
    first.until(&FromWindow::Front { front: true });
    assert!(wait_until(|| desktop.active().as_deref() == Some("First")));
}

#[test]
fn a_window_that_somebody_else_asked_for_leaves_the_keyboard_where_it_is() {
    let desktop = Desktop::start();
    let (mut first, mut second) = (desktop.window(), desktop.window());
    first.tell([ToWindow::Hello { title: line("First"), draft: String::new() }, ToWindow::Show { focus: true }]);
    first.until(&FromWindow::Front { front: true });
    assert!(wait_until(|| desktop.active().as_deref() == Some("First")));
    second.tell([ToWindow::Hello { title: line("Second"), draft: String::new() }, ToWindow::Show { focus: false }]);
    // The window manager may give it the keyboard unasked; then it is given back. It has decided once the window has a desktop.
    let shown = desktop.xdotool(&["search", "--sync", "--onlyvisible", "--name", "^Second$"]);
    assert!(wait_until(|| desktop.try_xdotool(&["get_desktop_for_window", &shown]).is_some()));
    assert!(wait_until(|| desktop.stays_with("First")));
    desktop.xdotool(&["type", "--delay", "20", "still here"]);
    let said = first.until(&FromWindow::Draft { text: "still here".to_owned() });
    assert_eq!(said.last(), Some(&FromWindow::Typing), "{said:?}");
}
