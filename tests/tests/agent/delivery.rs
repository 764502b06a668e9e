use std::time::Duration;

use agent::{Delivery, Event, LinkState, OutboxError, StartError, What};
use broker_config::{AssetId, Author, ChatSubject, Closed, Fact, Leaf, Read, TechnicianId, Text};
use sqlx::PgPool;
use tests::{Bench, eventually};

use crate::device::{Device, chats, shows, stored, texts};
use crate::running;

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_a_person_says_is_stored_and_the_answer_is_shown(db: PgPool) {
    let bench = Bench::new(db).await;
    running::workers(&bench);
    let device = Device::new(&bench).await;
    let agent = device.start().await;
    let longest = "\u{1}".repeat(Text::MAX_BYTES);
    let said = ["👩‍👩‍👧‍👦 e\u{301} \u{202e}שלום\r\n\tb", &longest];

    for text in said {
        agent.say(text).await.unwrap();
    }
    agent.all_stored().await.unwrap();

    assert_eq!((stored(&bench.db).await, chats(&bench.db).await), (said.map(str::to_owned).to_vec(), 1));
    shows(&agent, "both messages", |shown| shown.entries.len() == 3).await;
    let shown = agent.snapshot().await.unwrap();
    let chat_id = shown.open_chat.unwrap();
    let (_, seq) = bench.technician_says(device.asset_id, chat_id, "On my way").await;
    shows(&agent, "the answer", |shown| shown.unread == 1).await;
    assert_eq!(texts(&agent.snapshot().await.unwrap()), [said[0], said[1], "On my way"]);
    agent.read_upto(seq).await.unwrap();
    eventually("the technician sees that it was read", || async {
        let upto: i64 = sqlx::query_scalar("select client_read_upto from chats").fetch_one(&bench.db).await.unwrap();
        upto == i64::try_from(seq).unwrap()
    })
    .await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_message_goes_from_sent_to_stored_to_read(db: PgPool) {
    let bench = Bench::new(db).await;
    running::sync(&bench);
    let device = Device::new(&bench).await;
    let agent = device.start().await;
    let delivery = |shown: &agent::Snapshot| match shown.entries.last().map(|entry| entry.what.clone()) {
        Some(What::Said { delivery, .. }) => delivery,
        _ => None,
    };
    agent.say("Hello").await.unwrap();
    shows(&agent, "sent", |shown| delivery(shown) == Some(Delivery::Sent)).await;
    running::persistence(&bench);
    shows(&agent, "stored", |shown| delivery(shown) == Some(Delivery::Stored)).await;

    let shown = agent.snapshot().await.unwrap();
    let (chat_id, seq) = (shown.open_chat.unwrap(), shown.entries.last().unwrap().seq);
    let subject = ChatSubject::new(device.asset_id, chat_id, Leaf::ReadTechnician(TechnicianId::new()));
    bench.web_log.append(&subject, &Fact::Read(Read { upto: seq })).await.unwrap();
    shows(&agent, "read", |shown| delivery(shown) == Some(Delivery::Read)).await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_is_said_while_the_broker_is_away_arrives_once_in_order_after_an_agents_death(db: PgPool) {
    let mut bench = Bench::new(db).await;
    running::workers(&bench);
    let device = Device::new(&bench).await;
    bench.broker.kill();
    let said: Vec<_> = (1..=40).map(|number| format!("message {number}")).collect();
    for half in said.chunks(20) {
        let agent = device.start().await;
        for text in half {
            agent.say(text).await.unwrap();
        }
        agent.shutdown(Duration::ZERO).await;
    }
    let agent = device.start().await;
    assert_eq!(texts(&agent.snapshot().await.unwrap()), said);

    bench.broker.restart().await;
    agent.all_stored().await.unwrap();

    assert_eq!((stored(&bench.db).await, chats(&bench.db).await), (said.clone(), 1));
    shows(&agent, "each message once", |shown| texts(shown) == said).await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn the_broker_killed_again_and_again_loses_and_doubles_nothing(db: PgPool) {
    let mut bench = Bench::new(db).await;
    running::workers(&bench);
    let device = Device::new(&bench).await;
    let agent = device.start().await;
    let said: Vec<_> = (1..=60).map(|number| format!("message {number}")).collect();
    for (number, text) in said.iter().enumerate() {
        agent.say(text).await.unwrap();
        if number % 20 == 10 {
            bench.broker.kill();
            bench.broker.restart().await;
        }
    }
    agent.all_stored().await.unwrap();
    assert_eq!((stored(&bench.db).await, chats(&bench.db).await), (said.clone(), 1));
    shows(&agent, "each message once", |shown| texts(shown) == said).await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn after_a_chat_was_ended_the_next_message_begins_another(db: PgPool) {
    let bench = Bench::new(db).await;
    running::workers(&bench);
    let device = Device::new(&bench).await;
    let agent = device.start().await;
    agent.say("first").await.unwrap();
    agent.all_stored().await.unwrap();
    let first = agent.snapshot().await.unwrap();
    let chat_id = first.open_chat.unwrap();
    let subject = ChatSubject::new(device.asset_id, chat_id, Leaf::Closed);
    let state_seq = first.entries.first().unwrap().seq;
    bench.web_log.append_state(&subject, state_seq, &Fact::Closed(Closed { by: Author::System })).await.unwrap();
    shows(&agent, "the end", |shown| shown.open_chat.is_none()).await;

    agent.say("second").await.unwrap();
    agent.all_stored().await.unwrap();

    shows(&agent, "a second chat", |shown| shown.open_chat.is_some_and(|second| second != chat_id)).await;
    assert_eq!((stored(&bench.db).await.len(), chats(&bench.db).await), (2, 2));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn agents_that_race_to_open_a_chat_on_one_asset_share_one(db: PgPool) {
    let bench = Bench::new(db).await;
    running::workers(&bench);
    let asset_id = bench.asset().await;
    let devices: Vec<_> = (0..10).map(|_| Device::of(&bench, asset_id)).collect();
    let mut agents = Vec::new();
    for device in &devices {
        agents.push(device.start().await);
    }
    let said = futures::future::join_all(agents.iter().map(|agent| agent.say("Me first"))).await;
    assert!(said.iter().all(Result::is_ok));
    for agent in &agents {
        agent.all_stored().await.unwrap();
    }
    assert_eq!((stored(&bench.db).await.len(), chats(&bench.db).await), (10, 1));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_device_that_trayline_does_not_know_is_told_so(db: PgPool) {
    let bench = Bench::new(db).await;
    running::sync(&bench);
    let device = Device::of(&bench, AssetId::new());
    let (_agent, mut events) = agent::Agent::start(device.settings()).await.unwrap();
    let event = tokio::time::timeout(tests::DEADLINE, events.recv()).await.unwrap().unwrap();
    assert_eq!(event, Event::Link(LinkState::Refused));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_second_agent_in_the_same_folder_is_refused(db: PgPool) {
    let bench = Bench::new(db).await;
    let device = Device::new(&bench).await;
    let first = device.start().await;
    let second = agent::Agent::start(device.settings()).await;
    assert!(matches!(second, Err(StartError::Outbox(OutboxError::InUse(_)))), "{second:?}");
    first.shutdown(Duration::ZERO).await;
    device.start().await;
}
