use broker_config::{AssetId, Closed, Opened, Read, Said, TechnicianId};
use proptest::prelude::*;

use super::*;

fn technician() -> Author {
    Author::Technician {
        technician_id: TechnicianId::from(uuid::Uuid::from_u128(3)),
        name: Line::new("Priya").unwrap(),
    }
}

const CLIENT: Author = Author::Client { session_user: None };

fn seen(seq: u64, chat: u128, leaf: Leaf, fact: Fact) -> Seen {
    let (asset_id, chat_id) = (AssetId::from(uuid::Uuid::from_u128(1)), ChatId::from(uuid::Uuid::from_u128(chat)));
    Seen {
        seq,
        at: DateTime::from_timestamp(1_700_000_000 + i64::try_from(seq).unwrap(), 0).unwrap(),
        subject: ChatSubject::new(asset_id, chat_id, leaf),
        fact,
    }
}

fn opened(seq: u64, chat: u128) -> Seen {
    seen(seq, chat, Leaf::Opened, Fact::Opened(Opened { by: CLIENT, entry_id: None }))
}

fn closed(seq: u64, chat: u128) -> Seen {
    seen(seq, chat, Leaf::Closed, Fact::Closed(Closed { by: technician() }))
}

fn said(seq: u64, chat: u128, message: u128, by: Author) -> Seen {
    let leaf = if by == CLIENT { Leaf::SaidClient } else { Leaf::SaidTechnician };
    let said = Said {
        message_id: MessageId::from(uuid::Uuid::from_u128(message)),
        by,
        text: Text::new(format!("message {message}")).unwrap(),
        written_at: DateTime::UNIX_EPOCH,
    };
    seen(seq, chat, leaf, Fact::Said(said))
}

fn read(seq: u64, chat: u128, upto: u64) -> Seen {
    let technician_id = TechnicianId::from(uuid::Uuid::from_u128(3));
    seen(seq, chat, Leaf::ReadTechnician(technician_id), Fact::Read(Read { upto }))
}

fn hear_all(facts: impl IntoIterator<Item = Seen>) -> Conversation {
    let mut conversation = Conversation::default();
    for fact in facts {
        let changed = conversation.hear(fact);
        assert_ne!(changed, Changed::Rewound);
    }
    conversation
}

/// A log as a broker might hold it: chats one after the other, messages of both sides, repeats, late ones, read marks.
fn log() -> impl Strategy<Value = Vec<Seen>> {
    proptest::collection::vec((0_u8..6, 1_u64..4, 0_u64..60), 1..60).prop_map(|steps| {
        let (mut log, mut seq, mut chat, mut open) = (Vec::new(), 0, 0_u128, false);
        for (step, gap, number) in steps {
            seq += gap;
            match step {
                0 if open => log.push(closed(seq, chat)),
                0 | 1 if !open => {
                    chat += 1;
                    log.push(opened(seq, chat));
                }
                1 | 2 => log.push(said(seq, chat.max(1), u128::from(number), CLIENT)),
                3 | 4 => log.push(said(seq, chat.max(1), 100 + u128::from(number), technician())),
                _ => log.push(read(seq, chat.max(1), number.min(seq))),
            }
            open = match log.last().map(|fact| fact.subject.leaf) {
                Some(Leaf::Opened) => true,
                Some(Leaf::Closed) => false,
                _ => open,
            };
        }
        log
    })
}

/// An order in which facts may arrive: any, and some of them twice.
fn arrivals() -> impl Strategy<Value = (Vec<Seen>, Vec<Seen>)> {
    log().prop_flat_map(|log| {
        let twice = proptest::sample::subsequence(log.clone(), 0..=log.len());
        let log_again = log.clone();
        twice
            .prop_map(move |twice| log_again.iter().cloned().chain(twice).collect::<Vec<_>>())
            .prop_shuffle()
            .prop_map(move |arrivals| (log.clone(), arrivals))
    })
}

proptest! {
    #[test]
    fn the_same_facts_in_any_order_and_repeated_give_the_same_conversation((log, arrivals) in arrivals()) {
        prop_assert_eq!(hear_all(arrivals), hear_all(log));
    }

    #[test]
    fn pages_of_a_sync_between_live_facts_give_what_the_log_says(
        log in log(),
        page in 1_usize..7,
        subscribed_at in any::<proptest::sample::Index>(),
        turns in proptest::collection::vec(any::<bool>(), 0..120),
    ) {
        // The device subscribes somewhere in the log's life, then fetches all of it in pages while the feed goes on.
        let mut live = log[subscribed_at.index(log.len())..].iter().cloned().peekable();
        let mut pages = log.chunks(page).peekable();
        let mut conversation = Conversation::default();
        let mut turns = turns.into_iter();
        while live.peek().is_some() || pages.peek().is_some() {
            if turns.next().unwrap_or(pages.peek().is_none()) {
                live.next().map(|fact| conversation.hear(fact));
            } else if let Some(page) = pages.next() {
                for fact in page {
                    conversation.hear(fact.clone());
                }
                let states = page.iter().rev().find(|fact| matches!(fact.subject.leaf, Leaf::Opened | Leaf::Closed));
                if let Some(state) = states {
                    let open = (state.subject.leaf == Leaf::Opened).then_some(state.subject.chat_id);
                    conversation.set_state(state.seq, open, false);
                }
            }
        }
        prop_assert_eq!(conversation, hear_all(log));
    }

    #[test]
    fn entries_are_in_the_logs_order_and_each_message_is_there_once((log, arrivals) in arrivals()) {
        let conversation = hear_all(arrivals);
        let entries = conversation.entries(|_| false);
        prop_assert!(entries.is_sorted_by(|a, b| a.seq < b.seq));
        let mut messages: Vec<_> = entries.iter().filter_map(|entry| match &entry.what {
            What::Said { message_id, .. } => Some(*message_id),
            _ => None,
        }).collect();
        let count = messages.len();
        messages.sort();
        messages.dedup();
        prop_assert_eq!(messages.len(), count);
        let last_state = log.iter().rev().find(|fact| matches!(fact.subject.leaf, Leaf::Opened | Leaf::Closed));
        let open = last_state.filter(|fact| fact.subject.leaf == Leaf::Opened).map(|fact| fact.subject.chat_id);
        prop_assert_eq!(conversation.open_chat(), open);
    }
}

fn delivery(conversation: &Conversation, seq: u64, unsent: bool) -> (bool, Option<Delivery>) {
    match conversation.entry(seq, |_| unsent).map(|entry| entry.what) {
        Some(What::Said { late, delivery, .. }) => (late, delivery),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_message_is_sent_then_stored_then_read() {
    let mut conversation = hear_all([opened(1, 1), said(2, 1, 1, CLIENT), said(3, 1, 2, CLIENT)]);
    assert_eq!(delivery(&conversation, 2, true), (false, Some(Delivery::Sent)));
    assert_eq!(delivery(&conversation, 2, false), (false, Some(Delivery::Stored)));
    let chat_id = opened(1, 1).subject.chat_id;
    assert_eq!(conversation.hear(read(4, 1, 2)), Changed::Read(chat_id, 0, 2));
    assert_eq!(delivery(&conversation, 2, true), (false, Some(Delivery::Read)));
    assert_eq!(delivery(&conversation, 3, false), (false, Some(Delivery::Stored)));
    assert_eq!(conversation.mine_between(chat_id, 0, 2), [MessageId::from(uuid::Uuid::from_u128(1))]);
}

#[test]
fn a_message_after_the_end_is_late_also_when_the_end_is_heard_later() {
    let conversation = hear_all([opened(1, 1), said(3, 1, 1, CLIENT), closed(2, 1)]);
    assert_eq!(delivery(&conversation, 3, false), (true, Some(Delivery::Stored)));
    assert_eq!(conversation.open_chat(), None);
}

#[test]
fn others_messages_are_unread_until_they_are_read_and_each_chat_is_told_once() {
    let facts = [opened(1, 1), said(2, 1, 1, technician()), closed(3, 1), opened(4, 2), said(6, 2, 2, technician())];
    let mut conversation = hear_all(facts);
    conversation.hear(said(5, 2, 3, CLIENT));
    assert_eq!(conversation.unread(), 2);
    let (first, second) = (opened(1, 1).subject.chat_id, opened(1, 2).subject.chat_id);
    assert_eq!(conversation.read_upto(6), [(first, 2), (second, 6)]);
    assert_eq!((conversation.unread(), conversation.read_upto(6)), (0, Vec::new()));
}

#[test]
fn a_log_that_was_rewound_is_believed_from_there_on() {
    let mut conversation = hear_all([opened(1, 1), said(2, 1, 1, CLIENT), closed(3, 1)]);
    assert_eq!(conversation.hear(said(2, 1, 7, technician())), Changed::Rewound);
    let seqs: Vec<_> = conversation.entries(|_| false).iter().map(|entry| entry.seq).collect();
    assert_eq!(seqs, [1, 2]);
    assert!(!conversation.has(MessageId::from(uuid::Uuid::from_u128(1))));
    assert_eq!(conversation.state_seq(), 0);
}

#[test]
fn a_fact_told_again_with_a_coarser_time_is_the_same_fact() {
    let mut conversation = hear_all([said(1, 1, 1, CLIENT)]);
    let mut again = said(1, 1, 1, CLIENT);
    again.at += chrono::TimeDelta::nanoseconds(7);
    assert_eq!(conversation.hear(again), Changed::Nothing);
}

#[test]
fn a_stale_answer_does_not_undo_what_was_heard_unless_the_broker_contradicts() {
    let mut conversation = hear_all([opened(5, 1)]);
    conversation.set_state(4, None, false);
    assert_eq!((conversation.state_seq(), conversation.open_chat().is_some()), (5, true));
    conversation.set_state(4, None, true);
    assert_eq!((conversation.state_seq(), conversation.open_chat()), (4, None));
}

#[test]
fn so_many_entries_are_kept_and_the_oldest_go_first() {
    let count = MAX_ENTRIES as u64 + 5;
    let conversation = hear_all((1..=count).map(|seq| said(seq, 1, seq.into(), technician())));
    let entries = conversation.entries(|_| false);
    assert_eq!((entries.len(), entries[0].seq, entries[MAX_ENTRIES - 1].seq), (MAX_ENTRIES, 6, count));
}

#[test]
fn a_fact_on_a_subject_that_is_not_for_it_is_ignored() {
    let mut forged = said(1, 1, 1, technician());
    forged.subject.leaf = Leaf::SaidClient;
    assert_eq!(Conversation::default().hear(forged), Changed::Nothing);
}
