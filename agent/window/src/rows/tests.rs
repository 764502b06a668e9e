use agent::window::ToWindow;
use agent::{LinkState, Snapshot};
use broker_config::{ChatId, Line, TechnicianId, Text};
use chrono::FixedOffset;

use super::*;

fn time(time: &str) -> DateTime<Utc> {
    time.parse().unwrap()
}

fn line(line: &str) -> Line {
    Line::new(line).unwrap()
}

fn client(user: &str) -> Author {
    Author::Client { session_user: Some(line(user)) }
}

fn technician(name: &str) -> Author {
    Author::Technician { technician_id: TechnicianId::new(), name: line(name) }
}

fn said(by: Author) -> What {
    let delivery = matches!(by, Author::Client { .. }).then_some(Delivery::Stored);
    What::Said { message_id: MessageId::new(), by, text: Text::new("a").unwrap(), late: false, delivery }
}

fn shown(entries: &[(&str, What)], waiting: &[&str]) -> Shown {
    let chat_id = ChatId::new();
    let entries = entries.iter().zip(1..);
    let snapshot = Snapshot {
        about: None,
        open_chat: None,
        entries: entries.map(|((at, what), seq)| Entry { seq, at: time(at), chat_id, what: what.clone() }).collect(),
        waiting: waiting
            .iter()
            .map(|at| Waiting {
                message_id: MessageId::new(),
                text: Text::new("w").unwrap(),
                written_at: time(at),
                delivery: Delivery::Waiting,
            })
            .collect(),
        unread: 0,
        typing: false,
    };
    let mut shown = Shown::default();
    shown.hear(ToWindow::Snapshot { link: LinkState::Online, snapshot });
    shown
}

/// The rows in short.
fn drawn(shown: &Shown, hours_east: i32) -> Vec<String> {
    let zone = FixedOffset::east_opt(hours_east * 3600).unwrap();
    let rows = rows(shown, time("2026-03-03T12:00:00Z"), &zone).into_iter();
    rows.map(|row| match row {
        Row::Day(date, ago) => format!("{date} {ago}"),
        Row::New => "new".to_owned(),
        Row::Began(name) => format!("began {name}"),
        Row::Ended(name) => format!("ended {name:?}"),
        Row::Message(message) => {
            let (begin, end) = (if message.first { "[" } else { " " }, if message.last { "]" } else { " " });
            let author = message.author.unwrap_or_default();
            format!("{begin}{:?} {author} {}{end}", message.side, message.at.format("%H:%M"))
        }
    })
    .collect()
}

#[test]
fn days_are_those_of_the_persons_own_clock() {
    let shown =
        shown(&[("2026-03-01T23:30:00Z", said(client("dana"))), ("2026-03-03T10:00:00Z", said(client("dana")))], &[]);
    assert_eq!(drawn(&shown, 0), ["2026-03-01 2", "[Mine  23:30]", "2026-03-03 0", "[Mine  10:00]"]);
    assert_eq!(drawn(&shown, 1), ["2026-03-02 1", "[Mine  00:30]", "2026-03-03 0", "[Mine  11:00]"]);
}

#[test]
fn messages_of_one_person_within_minutes_belong_together() {
    let shown = shown(
        &[
            ("2026-03-03T10:00:00Z", said(client("dana"))),
            ("2026-03-03T10:01:00Z", said(client("dana"))),
            ("2026-03-03T10:06:00Z", said(client("dana"))),
            ("2026-03-03T10:06:00Z", said(technician("Priya"))),
            ("2026-03-03T10:07:00Z", said(technician("Ari"))),
            ("2026-03-03T10:07:00Z", said(Author::Policy)),
        ],
        &[],
    );
    assert_eq!(
        drawn(&shown, 0),
        [
            "2026-03-03 0",
            "[Mine  10:00 ",
            " Mine  10:01]",
            "[Mine  10:06]",
            "[Theirs Priya 10:06]",
            "[Theirs Ari 10:07]",
            "[Automatic  10:07]",
        ]
    );
}

#[test]
fn users_of_one_device_are_told_apart_by_name() {
    let shown =
        shown(&[("2026-03-03T10:00:00Z", said(client("dana"))), ("2026-03-03T10:01:00Z", said(client("sam")))], &[]);
    assert_eq!(drawn(&shown, 0), ["2026-03-03 0", "[Mine dana 10:00]", "[Mine sam 10:01]"]);
}

#[test]
fn what_waits_comes_last_and_a_wrong_clock_does_not_go_back_in_days() {
    let written = ["2026-03-01T10:00:00Z", "2026-03-04T10:00:00Z"];
    let shown = shown(&[("2026-03-03T10:00:00Z", said(technician("Priya")))], &written);
    assert_eq!(
        drawn(&shown, 0),
        ["2026-03-03 0", "[Theirs Priya 10:00]", "[Mine  10:00]", "2026-03-04 -1", "[Mine  10:00]",]
    );
}

#[test]
fn beginnings_by_technicians_and_ends_are_said_and_what_is_new_is_marked() {
    let mut shown = shown(
        &[
            ("2026-03-03T09:00:00Z", What::Opened { by: client("dana") }),
            ("2026-03-03T09:01:00Z", What::Closed { by: Author::System }),
            ("2026-03-03T10:00:00Z", What::Opened { by: technician("Priya") }),
            ("2026-03-03T10:01:00Z", said(technician("Priya"))),
            ("2026-03-03T10:02:00Z", What::Closed { by: technician("Priya") }),
        ],
        &[],
    );
    shown.new_from = Some(4);
    assert_eq!(
        drawn(&shown, 0),
        ["2026-03-03 0", "ended None", "began Priya", "new", "[Theirs Priya 10:01]", "ended Some(\"Priya\")",]
    );
}
