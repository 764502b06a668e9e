use broker_config::{
    ChatId, Fact, Leaf, Line, Logged, MenuEntry, MenuEntryId, MessageId, SyncAnswer, SyncRefusal, SyncRequest, Synced,
    SyncedFact, TechnicianId, subject,
};
use chrono::SubsecRound;
use sqlx::PgPool;
use store::assets::AssetChange;
use store::customers::CustomerChange;
use store::policies::{LiveChatSettings, PolicyEntry, PolicySettings};
use tests::{Bench, TestDevice, eventually};

use crate::facts::{append, assigned, client, closed, noted, opened, read, said, technician};
use crate::running::{Running, database_is_open, persisted};

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_new_device_gets_the_default_menu_and_no_chat(db: PgPool) {
    let bench = Bench::new(db).await;
    let device = bench.device().await;
    let _sync = Running::sync(&bench).await;

    let synced = synced(&device, SyncRequest::default()).await;

    let [MenuEntry::LiveChat { title, .. }] = synced.menu.0.as_slice() else { panic!("{:?}", synced.menu) };
    assert_eq!((&**title, &*synced.organisation, &*synced.asset_name), ("Chat with IT", "Harbour IT", "FRONTDESK-01"));
    assert_eq!((synced.open_chat, synced.state_seq, synced.more), (None, 0, false));
    assert!(synced.facts.is_empty() && synced.stored.is_empty());
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_device_is_told_the_menu_that_holds_for_it_without_what_is_off(db: PgPool) {
    let bench = Bench::new(db).await;
    let device = bench.device().await;
    let _sync = Running::sync(&bench).await;
    let (on, off) = (MenuEntryId::new(), MenuEntryId::new());
    let line = |text| Line::new(text).unwrap();
    let is_off = LiveChatSettings { is_on: Some(false), ..LiveChatSettings::default() };
    let menu = vec![
        PolicyEntry::live_chat(off, is_off),
        PolicyEntry::live_chat(on, LiveChatSettings::default()),
        PolicyEntry::Separator,
    ];
    let of_customer = PolicySettings { menu: Some(menu), ..PolicySettings::default() };
    let titled = LiveChatSettings { title: Some(line("Ask us")), ..LiveChatSettings::default() };
    let of_asset = PolicySettings { menu: None, live_chat: titled };

    let customer = store::policies::add(&bench.db, &line("Customer"), &of_customer).await.unwrap();
    let asset = store::policies::add(&bench.db, &line("Asset"), &of_asset).await.unwrap();
    let customer_id = store::assets::one(&bench.db, device.asset_id).await.unwrap().unwrap().customer_id;
    let change = CustomerChange { policy_id: Some(Some(customer)), ..CustomerChange::default() };
    store::customers::change(&bench.db, customer_id, &change).await.unwrap();
    let change = AssetChange { policy_id: Some(Some(asset)), ..AssetChange::default() };
    store::assets::change(&bench.db, device.asset_id, &change).await.unwrap();

    let shown = [MenuEntry::LiveChat { entry_id: on, title: line("Ask us") }, MenuEntry::Separator];
    assert_eq!(synced(&device, SyncRequest::default()).await.menu.0, shown);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_device_that_has_more_than_the_log_is_told_where_the_log_ends(db: PgPool) {
    let bench = Bench::new(db).await;
    let device = bench.device().await;
    let _sync = Running::sync(&bench).await;
    let last = two_chats(&bench, &device).await;

    for after in [last + 1, u64::MAX] {
        let synced = synced(&device, SyncRequest { after, pending: Vec::new() }).await;
        assert_eq!((synced.upto, synced.more, synced.facts), (last, false, Vec::new()), "{after}");
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn an_answer_is_the_same_from_the_log_and_from_the_database(db: PgPool) {
    let bench = Bench::new(db).await;
    let device = bench.device().await;
    let _sync = Running::sync(&bench).await;
    let last = two_chats(&bench, &device).await;
    let requests = [0, 1, 4, 9, last].map(|after| SyncRequest { after, pending: Vec::new() });

    let mut from_the_log = Vec::new();
    for request in &requests {
        from_the_log.push(synced(&device, request.clone()).await);
    }
    let persistence = Running::persistence(&bench);
    persisted(&bench, last).await;
    persistence.stop().await;

    for (request, from_the_log) in requests.iter().zip(from_the_log) {
        assert_eq!(synced(&device, request.clone()).await, from_the_log, "after {}", request.after);
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_device_sees_its_last_chat_first_and_never_a_note(db: PgPool) {
    let bench = Bench::new(db).await;
    let device = bench.device().await;
    let _sync = Running::sync(&bench).await;
    let last = two_chats(&bench, &device).await;

    let first = synced(&device, SyncRequest::default()).await;
    let everything = synced(&device, SyncRequest { after: 1, pending: Vec::new() }).await;

    let log = visible(&bench, &device).await;
    let open_chat = first.open_chat.unwrap();
    let of_open_chat: Vec<_> = log.iter().filter(|fact| fact.subject.contains(&open_chat.to_string())).collect();
    assert_eq!(first.facts.iter().collect::<Vec<_>>(), of_open_chat);
    assert_eq!(first.state_seq, of_open_chat[0].seq);
    assert_eq!(everything.facts, log[1..]);
    assert_eq!((first.upto, everything.upto), (last, last));
    assert!(!everything.facts.iter().any(|fact| matches!(fact.fact, Fact::Noted(_) | Fact::Assigned(_))));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn pages_neither_skip_nor_repeat_wherever_the_database_ends(db: PgPool) {
    let bench = Bench::new(db).await;
    let (device, chat_id) = (bench.device().await, ChatId::new());
    let _sync = Running::sync(&bench).await;
    // Every byte of the text is escaped on the wire, so that a page ends before its raw bytes would say so.
    let long = "\u{1}".repeat(16 * 1024);
    append(&bench, &device, chat_id, Leaf::Opened, &opened()).await;
    for round in 0..4 {
        for text in [&*long, "short", &"x".repeat(16 * 1024)] {
            append(&bench, &device, chat_id, Leaf::SaidTechnician, &said(technician(), text)).await;
            append(&bench, &device, chat_id, Leaf::Note, &noted(&long[..8 * 1024])).await;
        }
        let persistence = Running::persistence(&bench);
        let last = append(&bench, &device, chat_id, Leaf::SaidClient, &said(client(), "that was a round")).await;
        persisted(&bench, last).await;
        persistence.stop().await;

        for _ in 0..10 {
            append(&bench, &device, chat_id, Leaf::SaidTechnician, &said(technician(), &"y".repeat(15_000))).await;
        }
        let (facts, pages) = all_pages(&device).await;
        assert_eq!(facts, visible(&bench, &device).await, "round {round}");
        assert!(pages > 2 * (round + 1), "{pages} pages");
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn many_small_facts_come_in_pages_too(db: PgPool) {
    let bench = Bench::new(db).await;
    let (device, chat_id) = (bench.device().await, ChatId::new());
    let _sync = Running::sync(&bench).await;
    let mut last = append(&bench, &device, chat_id, Leaf::Opened, &opened()).await;
    for _ in 0..1100 {
        last = append(&bench, &device, chat_id, Leaf::SaidTechnician, &said(technician(), "hi")).await;
    }
    let from_the_log = all_pages(&device).await.0;
    let persistence = Running::persistence(&bench);
    persisted(&bench, last).await;
    persistence.stop().await;

    let from_the_database = all_pages(&device).await.0;

    assert_eq!(from_the_log, visible(&bench, &device).await);
    assert_eq!(from_the_database, from_the_log);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn pending_messages_are_stored_once_the_database_has_them(db: PgPool) {
    let bench = Bench::new(db).await;
    let (device, other) = (bench.device().await, bench.device().await);
    let _sync = Running::sync(&bench).await;
    let (message_id, _) = device.say(ChatId::new(), "hello").await;
    let (foreign, acknowledged) = other.say(ChatId::new(), "not yours").await;
    let pending = vec![MessageId::new(), message_id, foreign];
    let request = SyncRequest { after: 0, pending };
    assert!(synced(&device, request.clone()).await.stored.is_empty());

    let persistence = Running::persistence(&bench);
    persisted(&bench, acknowledged.seq).await;

    assert_eq!(synced(&device, request).await.stored, [message_id]);
    persistence.stop().await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_cannot_be_answered_is_refused_with_the_reason(db: PgPool) {
    let bench = Bench::new(db).await;
    let device = bench.device().await;
    let gone = broker_config::AssetId::new();
    let gone = TestDevice { asset_id: gone, client: bench.broker.connect_device(gone).await };
    let _sync = Running::sync(&bench).await;
    let too_many = SyncRequest { after: 0, pending: vec![MessageId::new(); SyncRequest::MAX_PENDING + 1] };

    let answer = device.client.request(subject::sync(device.asset_id), "{".into()).await.unwrap();
    assert_eq!(reason(&serde_json::from_slice(&answer.payload).unwrap()), Some(SyncRefusal::Malformed));
    assert_eq!(reason(&device.sync(&too_many).await), Some(SyncRefusal::Malformed));
    assert_eq!(reason(&gone.sync(&SyncRequest::default()).await), Some(SyncRefusal::UnknownAsset));

    database_is_open(&bench.db, false).await;
    assert_eq!(reason(&device.sync(&SyncRequest::default()).await), Some(SyncRefusal::Retry));
    database_is_open(&bench.db, true).await;
    eventually("it answers again", || async { reason(&device.sync(&SyncRequest::default()).await).is_none() }).await;
}

/// A closed chat and an open one, with every sort of fact; the last sequence.
async fn two_chats(bench: &Bench, device: &TestDevice) -> u64 {
    let mut last = 0;
    for (chat_id, is_closed) in [(ChatId::new(), true), (ChatId::new(), false)] {
        append(bench, device, chat_id, Leaf::Opened, &opened()).await;
        append(bench, device, chat_id, Leaf::Assigned, &assigned()).await;
        let question = append(bench, device, chat_id, Leaf::SaidClient, &said(client(), "hi\n👋")).await;
        append(bench, device, chat_id, Leaf::Note, &noted("he again")).await;
        append(bench, device, chat_id, Leaf::ReadTechnician(TechnicianId::new()), &read(question)).await;
        let answer = append(bench, device, chat_id, Leaf::SaidTechnician, &said(technician(), "hello")).await;
        last = append(bench, device, chat_id, Leaf::ReadClient, &read(answer)).await;
        if is_closed {
            append(bench, device, chat_id, Leaf::Closed, &closed()).await;
            last = append(bench, device, chat_id, Leaf::SaidClient, &said(client(), "too late")).await;
        }
    }
    last
}

/// What the log has for the device, with times as answers give them.
async fn visible(bench: &Bench, device: &TestDevice) -> Vec<SyncedFact> {
    let mut facts = Vec::new();
    let mut after = 0;
    loop {
        let tail = bench.log.tail(&subject::chats_of(device.asset_id), after, 1 << 20).await.unwrap();
        facts.extend(tail.facts);
        if !tail.more {
            break;
        }
        after = tail.upto;
    }
    facts.retain(|fact| !matches!(fact.subject.leaf, Leaf::Note | Leaf::Assigned | Leaf::Ticketed));
    facts.into_iter().map(|fact| SyncedFact::from(Logged { at: fact.at.trunc_subsecs(6), ..fact })).collect()
}

async fn all_pages(device: &TestDevice) -> (Vec<SyncedFact>, usize) {
    let mut facts: Vec<SyncedFact> = Vec::new();
    let mut after = 0;
    for pages in 1.. {
        let page = synced(device, SyncRequest { after, pending: Vec::new() }).await;
        let bytes: usize = page.facts.iter().map(|fact| serde_json::to_vec(fact).unwrap().len()).sum();
        assert!(bytes <= Synced::MAX_FACT_BYTES, "{bytes} bytes");
        facts.extend(page.facts);
        if !page.more {
            return (facts, pages);
        }
        assert!(page.upto > after, "no progress after {after}");
        after = page.upto;
    }
    unreachable!()
}

async fn synced(device: &TestDevice, request: SyncRequest) -> Synced {
    match device.sync(&request).await {
        SyncAnswer::Synced(synced) => *synced,
        SyncAnswer::Refused(refused) => panic!("{refused:?}"),
    }
}

fn reason(answer: &SyncAnswer) -> Option<SyncRefusal> {
    match answer {
        SyncAnswer::Synced(_) => None,
        SyncAnswer::Refused(refused) => Some(refused.reason),
    }
}
