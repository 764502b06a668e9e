//! What a device tries that speaks the broker's protocol itself. Beside `device_rights`, which uses a client library.

use broker_config::{AssetId, ChatId, ChatSubject, Leaf, Role, subject};
use futures::{FutureExt, StreamExt};
use tests::{TestBroker, TestDevice};

use crate::raw_device::RawDevice;

async fn device(broker: &TestBroker) -> TestDevice {
    let asset_id = AssetId::new();
    TestDevice { asset_id, client: broker.connect_device(asset_id).await }
}

async fn facts(broker: &TestBroker) -> u64 {
    broker.log(Role::Web).await.bounds().await.unwrap().1
}

#[tokio::test]
async fn what_is_too_large_is_refused_in_words_and_ends_the_connection_of_its_sender_alone() {
    let broker = TestBroker::start().await;
    let other = device(&broker).await;
    for bytes in [200 * 1024, 1024 * 1024, 64 * 1024 * 1024] {
        let mut hostile = RawDevice::connect(&broker).await;
        let subject = ChatSubject::new(hostile.asset_id, ChatId::new(), Leaf::SaidClient);
        hostile.send(&format!("PUB {subject} {bytes}\r\n")).await;
        hostile.send(&"x".repeat(bytes.min(1024 * 1024))).await;
        let heard = hostile.hear_until("PONG").await;
        assert_eq!(heard, ["-ERR 'Maximum Payload Violation'"], "{bytes}");
    }
    assert_eq!(facts(&broker).await, 0);
    other.round_trip().await;
    assert_eq!(other.open(ChatId::new(), 0).await.seq, 1);
}

#[tokio::test]
async fn every_question_that_is_not_a_devices_is_refused_in_words() {
    let broker = TestBroker::start().await;
    let victim = device(&broker).await;
    let mut hostile = RawDevice::connect(&broker).await;
    let (own, other) = (hostile.asset_id, victim.asset_id);
    let inbox = subject::inbox_prefix(&own.to_string());
    assert_eq!(hostile.say(&format!("SUB {inbox}.> 1\r\n")).await, Vec::<String>::new());

    for subject in [
        "$JS.API.INFO".to_owned(),
        "$JS.API.STREAM.NAMES".to_owned(),
        "$JS.API.STREAM.INFO.CHAT".to_owned(),
        "$JS.API.STREAM.CREATE.MINE".to_owned(),
        "$JS.API.STREAM.MSG.GET.CHAT".to_owned(),
        "$JS.API.STREAM.MSG.DELETE.CHAT".to_owned(),
        "$JS.API.DIRECT.GET.CHAT".to_owned(),
        format!("$JS.API.DIRECT.GET.CHAT.chat.{other}.x.note"),
        "$JS.API.CONSUMER.CREATE.CHAT".to_owned(),
        "$JS.API.CONSUMER.MSG.NEXT.CHAT.persistence".to_owned(),
        "$JS.API.STREAM.SNAPSHOT.CHAT".to_owned(),
        "$JS.API.CONSUMER.DELETE.CHAT.persistence".to_owned(),
        "$JS.FC.CHAT.persistence.x".to_owned(),
        "$SYS.REQ.USER.INFO".to_owned(),
        "$SYS.REQ.SERVER.PING.VARZ".to_owned(),
        "$SYS.REQ.CLAIMS.UPDATE".to_owned(),
        "$SYS.REQ.ACCOUNT.PING.CONNZ".to_owned(),
        "$KV.PRESENCE.tech.x.y".to_owned(),
        "$O.files.x".to_owned(),
        "timer.unavailable.x".to_owned(),
        "due.unavailable.x".to_owned(),
        "dead.persistence".to_owned(),
        subject::DEVICE_CONNECTIONS.to_owned(),
        format!("_INBOX_{other}.answer"),
        "_INBOX_worker.answer".to_owned(),
        "_INBOX_web.answer".to_owned(),
        "_INBOX.answer".to_owned(),
        format!("feed.chat.{other}.x.said.tech"),
        format!("feed.chat.{own}.x.said.tech"),
        format!("asset.{other}.sync"),
        format!("asset.{own}.config"),
        format!("live.{other}.x.typing.client"),
        format!("live.{own}.x.typing.tech"),
        format!("live.{own}.x.stored"),
        format!("chat.{own}.>"),
        format!("chat.*.{own}.said.client"),
        format!("chat.{own}.a.b.said.client"),
    ] {
        let heard = hostile.say(&format!("PUB {subject} {inbox}.answer 2\r\n{{}}\r\n")).await;
        assert_eq!(heard, [format!("-ERR 'Permissions Violation for Publish to \"{subject}\"'")]);
    }
    assert_eq!(facts(&broker).await, 0);
}

#[tokio::test]
async fn an_answer_can_be_sent_to_another_devices_inbox_but_says_nothing_that_its_agent_asked_for() {
    let broker = TestBroker::start().await;
    let victim = device(&broker).await;
    let inbox = format!("{}.answer", subject::inbox_prefix(&victim.asset_id.to_string()));
    let mut answers = victim.client.subscribe(inbox.clone()).await.unwrap();
    victim.round_trip().await;
    let mut hostile = RawDevice::connect(&broker).await;
    let said = ChatSubject::new(hostile.asset_id, ChatId::new(), Leaf::SaidClient);

    assert_eq!(hostile.say(&format!("PUB {said} {inbox} 2\r\n{{}}\r\n")).await, Vec::<String>::new());
    let answer = answers.next().await.unwrap();
    let answer: serde_json::Value = serde_json::from_slice(&answer.payload).unwrap();
    assert_eq!(answer, serde_json::json!({ "stream": "CHAT", "seq": 1 }));
}

#[tokio::test]
async fn no_subscription_reaches_beyond_the_device_with_or_without_a_queue_and_there_are_sixteen_at_most() {
    let broker = TestBroker::start().await;
    let victim = device(&broker).await;
    let mut hostile = RawDevice::connect(&broker).await;
    let other = victim.asset_id;
    for subject in [
        ">".to_owned(),
        "*".to_owned(),
        "feed.chat.*.>".to_owned(),
        format!("feed.chat.{other}.*.said.client"),
        "asset.*.sync".to_owned(),
        format!("asset.{}.sync", hostile.asset_id),
        format!("_INBOX_{other}.*"),
        "_INBOX_*.>".to_owned(),
        "$JS.>".to_owned(),
        "$JS.EVENT.ADVISORY.>".to_owned(),
        "$KV.PRESENCE.>".to_owned(),
        "$SYS.>".to_owned(),
    ] {
        for queue in ["", "sync ", "thieves "] {
            let heard = hostile.say(&format!("SUB {subject} {queue}1\r\n")).await;
            assert_eq!(heard.len(), 1, "{subject} {queue}: {heard:?}");
            assert!(heard[0].starts_with("-ERR 'Permissions Violation for Subscription to"), "{heard:?}");
        }
    }

    let own = subject::live_of(hostile.asset_id);
    for sid in 1..=16 {
        assert_eq!(hostile.say(&format!("SUB {own} {sid}\r\n")).await, Vec::<String>::new(), "{sid}");
    }
    let heard = hostile.say(&format!("SUB {own} 17\r\n")).await;
    assert_eq!(heard, ["-ERR 'maximum subscriptions exceeded'"]);
}

#[tokio::test]
async fn headers_with_meanings_are_refused_or_mean_nothing() {
    let broker = TestBroker::start().await;
    let victim = device(&broker).await;
    let chat_id = ChatId::new();
    victim.open(chat_id, 0).await;
    let (message_id, said) = victim.say(chat_id, "hello").await;
    assert_eq!(said.seq, 2);
    let web = broker.log(Role::Web).await;
    let mut feed = victim.client.subscribe(subject::device_feeds(victim.asset_id)[1].clone()).await.unwrap();
    victim.round_trip().await;

    let mut hostile = RawDevice::connect(&broker).await;
    let inbox = subject::inbox_prefix(&hostile.asset_id.to_string());
    hostile.say(&format!("SUB {inbox}.> 1\r\n")).await;
    let own = ChatSubject::new(hostile.asset_id, ChatId::new(), Leaf::SaidClient);
    let target = ChatSubject::new(victim.asset_id, chat_id, Leaf::SaidTechnician);
    for (headers, refused) in [
        ("Nats-Rollup: all".to_owned(), true),
        ("Nats-Rollup: sub".to_owned(), true),
        (format!("Nats-Schedule: @at 2020-01-01T00:00:00Z\r\nNats-Schedule-Target: {target}"), true),
        (format!("Nats-Schedule: @every 1s\r\nNats-Schedule-Target: {target}\r\nNats-Schedule-TTL: 1s"), true),
        ("Nats-TTL: 1s".to_owned(), true),
        ("Nats-Expected-Stream: TIMER".to_owned(), true),
        ("Nats-Expected-Last-Sequence: 1".to_owned(), true),
        ("Nats-Expected-Last-Msg-Id: x".to_owned(), true),
        (
            format!("Nats-Expected-Last-Subject-Sequence: 1\r\nNats-Expected-Last-Subject-Sequence-Subject: {target}"),
            true,
        ),
        ("Nats-Batch-Id: x\r\nNats-Batch-Sequence: 1\r\nNats-Batch-Commit: 1".to_owned(), true),
        ("Nats-Incr: +1".to_owned(), true),
        // Somebody else's message id: what is sent under it counts as a repeat, and is not stored.
        (format!("Nats-Msg-Id: {message_id}"), true),
        (format!("Nats-Scheduler: {target}\r\nNats-Schedule-Next: purge"), true),
        // Of the feed, which has its own.
        (format!("Nats-Stream: CHAT\r\nNats-Subject: {target}\r\nNats-Sequence: 1"), false),
    ] {
        let before = facts(&broker).await;
        let head = format!("NATS/1.0\r\n{headers}\r\n\r\n");
        let (head_length, length) = (head.len(), head.len() + 2);
        let mut answers =
            hostile.say(&format!("HPUB {own} {inbox}.answer {head_length} {length}\r\n{head}{{}}\r\n")).await;
        assert!(!answers.iter().any(|line| line.starts_with("-ERR")), "{headers}: {answers:?}");
        while !answers.iter().any(|line| line.starts_with('{')) {
            // The answer comes by and by.
            answers.extend(hostile.say("").await);
        }
        let after = facts(&broker).await;
        assert_eq!(after == before, refused, "{headers}");
        let state = web.asset_state(victim.asset_id).await.unwrap();
        assert_eq!(state.open_chat(), Some(chat_id), "{headers}");
        assert_eq!(web.tail(&subject::chats_of(victim.asset_id), 0, 1024).await.unwrap().facts.len(), 2, "{headers}");
    }
    assert!(feed.next().now_or_never().is_none());
}
