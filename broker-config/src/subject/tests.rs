use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::TabId;

fn any_subject() -> impl Strategy<Value = ChatSubject> {
    let leaves = [
        Leaf::Opened,
        Leaf::Closed,
        Leaf::SaidClient,
        Leaf::SaidTechnician,
        Leaf::SaidSystem,
        Leaf::Note,
        Leaf::Assigned,
        Leaf::ReadClient,
        Leaf::ReadTechnician(TechnicianId::new()),
        Leaf::Ticketed,
    ];
    (any::<u128>(), any::<u128>(), prop::sample::select(leaves.to_vec())).prop_map(|(asset, chat, leaf)| {
        ChatSubject::new(Uuid::from_u128(asset).into(), Uuid::from_u128(chat).into(), leaf)
    })
}

proptest! {
    #[test]
    fn a_subject_reads_what_it_writes(subject in any_subject()) {
        prop_assert_eq!(subject.to_string().parse(), Ok(subject));
        prop_assert_eq!(ChatSubject::from_feed(&subject.feed()), Ok(subject));
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in ".*", tail in "chat\\..*") {
        let _ = text.parse::<ChatSubject>();
        let _ = tail.parse::<ChatSubject>();
        let _ = tail.parse::<LiveSubject>();
        let _ = format!("live.tech.{text}").parse::<TechnicianSubject>();
    }
}

#[test]
fn wildcards_and_other_subjects_are_not_a_chat() {
    let id = ChatId::new();
    for subject in [
        "chat".to_owned(),
        "chat.>".to_owned(),
        format!("chat.*.{id}.said.client"),
        format!("chat.{id}.{id}.said"),
        format!("chat.{id}.{id}.said.client.more"),
        format!("feed.chat.{id}.{id}.said.client"),
        format!("chat.{id}.{id}.read.tech.me"),
    ] {
        assert_eq!(subject.parse::<ChatSubject>(), Err(MalformedSubject), "{subject}");
    }
}

#[test]
fn what_a_technician_is_told_reads_what_it_writes_and_is_of_no_asset() {
    let technician_id = TechnicianId::new();
    for leaf in [TechnicianLeaf::Ping, TechnicianLeaf::Notice] {
        let subject = TechnicianSubject { technician_id, leaf };
        assert_eq!(subject.to_string().parse(), Ok(subject));
        assert_eq!(subject.to_string().parse::<LiveSubject>(), Err(MalformedSubject));
    }
    for subject in
        [format!("live.tech.{technician_id}.stored"), "live.tech.*.ping".to_owned(), "live.tech.ping".to_owned()]
    {
        assert_eq!(subject.parse::<TechnicianSubject>(), Err(MalformedSubject), "{subject}");
    }
}

#[test]
fn the_subject_of_a_lease_reads_what_it_writes() {
    let subject = TabSubject { technician_id: TechnicianId::new(), tab_id: TabId::new() };
    assert_eq!(subject.to_string().parse(), Ok(subject));
    for other in ["$KV.PRESENCE.tech.me.here".to_owned(), format!("{subject}.more"), "$KV.PRESENCE.tech".to_owned()] {
        assert_eq!(other.parse::<TabSubject>(), Err(MalformedSubject), "{other}");
    }
}

#[test]
fn a_live_subject_reads_what_it_writes() {
    for leaf in
        [LiveLeaf::TypingClient, LiveLeaf::TypingTechnician, LiveLeaf::Reached, LiveLeaf::Stored, LiveLeaf::Noted]
    {
        let subject = LiveSubject { asset_id: AssetId::new(), chat_id: ChatId::new(), leaf };
        assert_eq!(subject.to_string().parse(), Ok(subject));
    }
    let asset_id = AssetId::new();
    assert_eq!(parse_sync(&sync(asset_id)), Ok(asset_id));
}
