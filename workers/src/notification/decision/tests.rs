use std::collections::BTreeMap;

use broker_config::{AssetId, Assigned, Assignee, ChatId, Line, Opened};

use super::*;
use crate::chat_state::Waiting;

use NotificationRule::{AssignedToMe, UnassignedOffline, UnassignedOnline, UnreadOffline, UnreadOnline, WaitedLonger};

const ME: &str = "019a0000-0000-7000-8000-000000000001";
const ANOTHER: &str = "019a0000-0000-7000-8000-000000000002";

/// The client's only message.
const MESSAGE: u64 = 7;

fn id(text: &str) -> TechnicianId {
    text.parse().unwrap()
}

fn technician(text: &str) -> Author {
    Author::Technician { technician_id: id(text), name: Line::new("Priya").unwrap() }
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
}

/// An open chat with one message, which another technician may have been given by themselves.
fn chat(assigned_to: Option<&str>, read_upto: u64) -> ChatState {
    let to = assigned_to.map(|to| Assignee { technician_id: id(to), name: Line::new("Priya").unwrap() });
    let assigned = assigned_to.map(|by| Assigned { to, by: technician(by) });
    ChatState {
        asset_id: AssetId::new(),
        chat_id: ChatId::new(),
        opened: Some(Opened { by: Author::Client { session_user: None }, entry_id: None }),
        is_closed: false,
        assigned_seq: if assigned.is_some() { 5 } else { 0 },
        assigned,
        last_client_seq: MESSAGE,
        last_technician_seq: 0,
        last_system: None,
        waiting: Some(Waiting { since_seq: MESSAGE, since: at(0) }),
        read_upto: BTreeMap::from([(id(ME), read_upto)]),
        read_seq: BTreeMap::new(),
        last_seq: MESSAGE,
    }
}

fn me(is_online: bool, patience: Option<i64>) -> Technician {
    Technician { technician_id: id(ME), is_online, patience: patience.map(TimeDelta::seconds) }
}

fn fires(chat: &ChatState, technician: &Technician, now: i64) -> Vec<(NotificationRule, u64)> {
    decide(chat, technician, at(now)).fires
}

#[test]
fn the_four_rules_by_presence_assignment_and_reading() {
    const READ: u64 = MESSAGE;
    const UNREAD: u64 = MESSAGE - 1;
    const ONLINE: bool = true;
    const OFFLINE: bool = false;
    let table = [
        (Some(ME), ONLINE, UNREAD, Some(UnreadOnline)),
        (Some(ME), ONLINE, READ, None),
        (Some(ME), OFFLINE, UNREAD, Some(UnreadOffline)),
        (Some(ME), OFFLINE, READ, None),
        (Some(ANOTHER), ONLINE, UNREAD, None),
        (Some(ANOTHER), ONLINE, READ, None),
        (Some(ANOTHER), OFFLINE, UNREAD, None),
        (Some(ANOTHER), OFFLINE, READ, None),
        (None, ONLINE, UNREAD, Some(UnassignedOnline)),
        (None, ONLINE, READ, None),
        (None, OFFLINE, UNREAD, Some(UnassignedOffline)),
        (None, OFFLINE, READ, None),
    ];
    for (assigned_to, is_online, read_upto, rule) in table {
        let case = format!("assigned to {assigned_to:?}, online: {is_online}, read: {}", read_upto == READ);
        let mut chat = chat(assigned_to, read_upto);
        let expected: Vec<_> = rule.into_iter().map(|rule| (rule, MESSAGE)).collect();
        assert_eq!(fires(&chat, &me(is_online, None), 0), expected, "{case}");
        chat.is_closed = true;
        assert_eq!(fires(&chat, &me(is_online, None), 0), [], "{case}, closed");
    }
}

#[test]
fn a_chat_without_a_message_fires_nothing() {
    let quiet = ChatState { last_client_seq: 0, waiting: None, ..chat(None, 0) };
    assert_eq!(decide(&quiet, &me(true, Some(0)), at(0)), Decision::default());
}

#[test]
fn a_chat_that_somebody_else_gave_me_is_told_and_one_that_i_took_is_not() {
    let by_client = Author::Client { session_user: None };
    let table = [
        (ME, technician(ME), by_client.clone(), false),
        (ME, technician(ANOTHER), by_client.clone(), true),
        (ME, technician(ANOTHER), technician(ME), true),
        (ME, Author::Policy, by_client.clone(), true),
        (ME, Author::Policy, technician(ANOTHER), true),
        (ME, Author::Policy, technician(ME), false),
        (ANOTHER, technician(ANOTHER), by_client.clone(), false),
        (ANOTHER, Author::Policy, by_client, false),
    ];
    for (to, by, opened_by, told) in table {
        let case = format!("to {to} by {by:?}, opened by {opened_by:?}");
        let mut chat = chat(Some(to), MESSAGE);
        chat.assigned.as_mut().unwrap().by = by;
        chat.opened.as_mut().unwrap().by = opened_by;
        let expected: &[_] = if told { &[(AssignedToMe, 5)] } else { &[] };
        assert_eq!(fires(&chat, &me(true, None), 0), expected, "{case}");
    }
}

#[test]
fn a_wait_is_told_once_it_is_longer_than_i_allow_and_before_that_i_look_again() {
    let late = vec![(WaitedLonger, MESSAGE)];
    let table = [
        (Some(ME), Some(60), 59, vec![], Some(at(60))),
        (Some(ME), Some(60), 60, late.clone(), None),
        (None, Some(60), 59, vec![], Some(at(60))),
        (None, Some(60), 61, late, None),
        (Some(ANOTHER), Some(60), 61, vec![], None),
        (Some(ME), None, 61, vec![], None),
    ];
    for (assigned_to, patience, now, fires, look_again_at) in table {
        let decision = decide(&chat(assigned_to, MESSAGE), &me(true, patience), at(now));
        assert_eq!(decision, Decision { fires, look_again_at }, "{assigned_to:?} {patience:?} {now}");
    }
    let answered = ChatState { waiting: None, ..chat(Some(ME), MESSAGE) };
    assert_eq!(decide(&answered, &me(true, Some(60)), at(61)), Decision::default());
}
