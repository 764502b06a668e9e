//! What a device's credential may do, and a list of what it may not, on the real configuration.

use std::time::Duration;

use async_nats::{Client, HeaderMap};
use broker_config::{
    AssetId, ChatId, ChatSubject, DeviceConnection, Leaf, LiveLeaf, LiveSubject, Role, TechnicianId, TechnicianLeaf,
    TechnicianSubject, subject,
};
use futures::StreamExt;
use tests::{TestBroker, TestDevice};

/// How long silence must last to count as silence: the broker's own timing is the subject here.
const SILENCE: Duration = Duration::from_millis(300);

async fn device(broker: &TestBroker) -> TestDevice {
    let asset_id = AssetId::new();
    TestDevice { asset_id, client: broker.connect_device(asset_id).await }
}

/// Publishes as the device does, waits until the server has seen it, and says how many facts the log has then.
async fn facts_after_publish(broker: &TestBroker, client: &Client, subject: String, headers: HeaderMap) -> u64 {
    client.publish_with_headers(subject, headers, r#"{"kind":"read.v1","upto":1}"#.into()).await.unwrap();
    client.flush().await.unwrap();
    tokio::time::sleep(SILENCE).await;
    broker.log(Role::Web).await.bounds().await.unwrap().1
}

#[tokio::test]
async fn a_device_writes_and_hears_its_own_chat() {
    let broker = TestBroker::start().await;
    let device = device(&broker).await;
    let chat_id = ChatId::new();
    let [states, said, reads] = subject::device_feeds(device.asset_id);
    let mut heard = device.client.subscribe(said).await.unwrap();
    for subject in [states, reads, subject::live_of(device.asset_id), subject::config(device.asset_id)] {
        device.client.subscribe(subject).await.unwrap();
    }

    let opened = device.open(chat_id, 0).await;
    assert_eq!((opened.seq, opened.error), (1, None));
    let (_, said) = device.say(chat_id, "hello").await;
    assert_eq!((said.seq, said.error), (2, None));

    let message = heard.next().await.unwrap();
    let subject = ChatSubject::new(device.asset_id, chat_id, Leaf::SaidClient);
    assert_eq!(ChatSubject::from_feed(&message.subject), Ok(subject));
    assert_eq!(message.headers.unwrap().get("Nats-Sequence").unwrap().as_str(), "2");
}

#[tokio::test]
async fn a_repeat_is_recognised_and_a_second_opening_is_refused() {
    let broker = TestBroker::start().await;
    let device = device(&broker).await;
    let chat_id = ChatId::new();
    device.open(chat_id, 0).await;
    let (message_id, first) = device.say(chat_id, "hello").await;

    let again = device.say_again(chat_id, message_id, "hello").await;
    assert_eq!((again.seq, again.duplicate), (first.seq, true));
    let second = device.open(ChatId::new(), 0).await;
    assert_eq!(second.error.map(|refused| refused.err_code), Some(10071));
}

#[tokio::test]
async fn what_a_device_says_live_reaches_the_web_front_and_receipts_reach_the_device() {
    let broker = TestBroker::start().await;
    let device = device(&broker).await;
    let chat_id = ChatId::new();
    let live = |leaf| LiveSubject { asset_id: device.asset_id, chat_id, leaf }.to_string();
    let web = broker.log(Role::Web).await;
    let worker = broker.log(Role::Worker).await.client();
    let mut seen = web.client().subscribe(subject::ALL_LIVE).await.unwrap();
    let mut heard = device.client.subscribe(live(LiveLeaf::Stored)).await.unwrap();
    web.bounds().await.unwrap();
    device.round_trip().await;

    for leaf in [LiveLeaf::TypingClient, LiveLeaf::Reached] {
        device.client.publish(live(leaf), "{}".into()).await.unwrap();
        assert_eq!(seen.next().await.unwrap().subject.as_str(), live(leaf));
    }
    worker.publish(live(LiveLeaf::Stored), "{}".into()).await.unwrap();
    assert_eq!(heard.next().await.unwrap().subject.as_str(), live(LiveLeaf::Stored));
}

#[tokio::test]
async fn receipts_for_notes_do_not_reach_the_device() {
    let broker = TestBroker::start().await;
    let device = device(&broker).await;
    let live = |leaf| LiveSubject { asset_id: device.asset_id, chat_id: ChatId::new(), leaf }.to_string();
    let worker = broker.log(Role::Worker).await.client();
    let mut heard = device.client.subscribe(subject::live_of(device.asset_id)).await.unwrap();
    device.round_trip().await;

    let stored = live(LiveLeaf::Stored);
    for subject in [live(LiveLeaf::Noted), stored.clone()] {
        worker.publish(subject, "{}".into()).await.unwrap();
    }
    assert_eq!(heard.next().await.unwrap().subject.as_str(), stored);
}

#[tokio::test]
async fn what_technicians_are_told_no_device_hears_or_says() {
    let broker = TestBroker::start().await;
    let device = device(&broker).await;
    let technician_id = TechnicianId::new();
    let told = [TechnicianLeaf::Ping, TechnicianLeaf::Notice]
        .map(|leaf| TechnicianSubject { technician_id, leaf }.to_string());
    let web = broker.log(Role::Web).await;
    let worker = broker.log(Role::Worker).await.client();
    let mut seen = web.client().subscribe(subject::ALL_LIVE).await.unwrap();
    web.bounds().await.unwrap();
    let mut heard = Vec::new();
    for subject in told.iter().map(String::as_str).chain(["live.tech.>", "live.tech.*.stored", "live.*.*.stored"]) {
        heard.push((subject.to_owned(), device.client.subscribe(subject.to_owned()).await.unwrap()));
    }
    device.round_trip().await;

    for subject in told.iter().cloned().chain([format!("live.tech.{technician_id}.typing.client")]) {
        device.client.publish(subject, "{}".into()).await.unwrap();
    }
    device.round_trip().await;
    for subject in told.iter().cloned().chain([format!("live.tech.{technician_id}.stored")]) {
        worker.publish(subject, "from the worker".into()).await.unwrap();
    }

    for subject in told {
        let message = seen.next().await.unwrap();
        assert_eq!((message.subject.as_str(), &message.payload[..]), (subject.as_str(), &b"from the worker"[..]));
    }
    for (subject, subscription) in &mut heard {
        let heard = tokio::time::timeout(SILENCE, subscription.next()).await;
        assert!(!matches!(heard, Ok(Some(_))), "{subject}");
    }
}

#[tokio::test]
async fn a_device_says_nothing_about_presence_and_asks_nothing() {
    let broker = TestBroker::start().await;
    let device = device(&broker).await;
    let (web, worker) = (broker.log(Role::Web).await, broker.log(Role::Worker).await);
    let mut presence = web.client().subscribe(subject::ASSET_PRESENCE).await.unwrap();
    let mut events = worker.client().subscribe(subject::DEVICE_CONNECTED).await.unwrap();
    web.bounds().await.unwrap();
    worker.bounds().await.unwrap();

    let inbox = format!("{}.x", subject::inbox_prefix(&device.asset_id.to_string()));
    let mut answers = device.client.subscribe(inbox.clone()).await.unwrap();
    let questions = [subject::DEVICE_CONNECTIONS, "$SYS.REQ.ACCOUNT.PING.CONNZ", "$SYS.REQ.SERVER.PING.CONNZ"];
    for subject in [subject::ASSET_PRESENCE, subject::DEVICE_CONNECTED].into_iter().chain(questions) {
        device.client.publish_with_reply(subject, inbox.clone(), "from the device".into()).await.unwrap();
    }
    device.round_trip().await;
    worker.client().publish(subject::ASSET_PRESENCE, "from the worker".into()).await.unwrap();
    device.round_trip().await;
    let other = self::device(&broker).await;

    assert_eq!(&presence.next().await.unwrap().payload[..], b"from the worker");
    let event = DeviceConnection::from_event(&events.next().await.unwrap().payload).unwrap();
    assert_eq!(event.asset_id, other.asset_id);
    assert!(tokio::time::timeout(SILENCE, answers.next()).await.is_err());
}

#[tokio::test]
async fn a_device_publishes_nowhere_else() {
    let broker = TestBroker::start().await;
    let device = device(&broker).await;
    let (own, other, chat) = (device.asset_id, AssetId::new(), ChatId::new());
    let before = broker.log(Role::Web).await.bounds().await.unwrap().1;

    for subject in [
        format!("chat.{other}.{chat}.said.client"),
        format!("chat.{other}.{chat}.state.opened"),
        format!("chat.{own}.{chat}.said.tech"),
        format!("chat.{own}.{chat}.said.system"),
        format!("chat.{own}.{chat}.note"),
        format!("chat.{own}.{chat}.assigned"),
        format!("chat.{own}.{chat}.state.closed"),
        format!("chat.{own}.{chat}.ticketed"),
        format!("chat.{own}.{chat}.read.tech.{other}"),
        format!("chat.{own}.{chat}.said.client.more"),
        format!("dead.{own}"),
        "$JS.API.STREAM.PURGE.CHAT".to_owned(),
        "$JS.API.STREAM.DELETE.CHAT".to_owned(),
        "$JS.ACK.CHAT.persistence.1.1.1.1.0".to_owned(),
        "$SYS.REQ.SERVER.PING".to_owned(),
        "$KV.PRESENCE.x".to_owned(),
    ] {
        let after = facts_after_publish(&broker, &device.client, subject.clone(), HeaderMap::new()).await;
        assert_eq!(after, before, "{subject}");
    }
    let dead = broker.log(Role::Operator).await.jetstream().get_stream("DEAD").await.unwrap();
    assert_eq!(dead.cached_info().state.messages, 0);
}

#[tokio::test]
async fn a_device_hears_nothing_else() {
    let broker = TestBroker::start().await;
    let spy = device(&broker).await;
    let victim = device(&broker).await;
    let (own, other) = (spy.asset_id, victim.asset_id);
    let mut subscriptions = Vec::new();
    for subject in [
        ">".to_owned(),
        "*.>".to_owned(),
        "feed.>".to_owned(),
        "feed.chat.>".to_owned(),
        "feed.chat.*.*.said.*".to_owned(),
        format!("feed.chat.{other}.*.said.*"),
        format!("feed.chat.{own}.>"),
        format!("feed.chat.{own}.*.note"),
        format!("feed.chat.{own}.*.assigned"),
        "chat.>".to_owned(),
        format!("chat.{own}.>"),
        format!("chat.{other}.>"),
        format!("live.{other}.>"),
        "live.>".to_owned(),
        "asset.*.sync".to_owned(),
        format!("asset.{other}.config"),
        "_INBOX.>".to_owned(),
        format!("_INBOX_{other}.>"),
        "_INBOX_worker.>".to_owned(),
        "$SYS.>".to_owned(),
        "$JS.>".to_owned(),
        "$KV.>".to_owned(),
        "$SYS.ACCOUNT.>".to_owned(),
        "devices.>".to_owned(),
        subject::DEVICE_CONNECTED.to_owned(),
        "presence.>".to_owned(),
        subject::ASSET_PRESENCE.to_owned(),
    ] {
        subscriptions.push((subject.clone(), spy.client.subscribe(subject).await.unwrap()));
    }
    spy.round_trip().await;

    drop(self::device(&broker).await);
    let worker = broker.log(Role::Worker).await.client();
    worker.publish(subject::ASSET_PRESENCE, "{}".into()).await.unwrap();
    worker.flush().await.unwrap();
    let chat_id = ChatId::new();
    victim.open(chat_id, 0).await;
    victim.say(chat_id, "my password is").await;
    let web = broker.log(Role::Web).await.client();
    let note = ChatSubject::new(own, ChatId::new(), Leaf::Note).to_string();
    web.publish(note, "{}".into()).await.unwrap();
    web.flush().await.unwrap();

    for (subject, subscription) in &mut subscriptions {
        let heard = tokio::time::timeout(SILENCE, subscription.next()).await;
        assert!(!matches!(heard, Ok(Some(_))), "{subject}");
    }
}

#[tokio::test]
async fn no_header_of_a_device_erases_the_log_or_writes_elsewhere() {
    let broker = TestBroker::start().await;
    let device = device(&broker).await;
    let (chat_id, other) = (ChatId::new(), AssetId::new());
    device.open(chat_id, 0).await;
    let subject = ChatSubject::new(device.asset_id, chat_id, Leaf::SaidClient).to_string();
    let target = ChatSubject::new(other, chat_id, Leaf::SaidTechnician).to_string();

    for headers in [
        vec![("Nats-Rollup", "all".to_owned())],
        vec![("Nats-Rollup", "sub".to_owned())],
        vec![("Nats-TTL", "1s".to_owned())],
        vec![("Nats-Schedule", "@at 2020-01-01T00:00:00Z".to_owned()), ("Nats-Schedule-Target", target.clone())],
        vec![("Nats-Trace-Dest", target.clone())],
    ] {
        let mut map = HeaderMap::new();
        for (name, value) in &headers {
            map.insert(*name, value.as_str());
        }
        facts_after_publish(&broker, &device.client, subject.clone(), map).await;
        let log = broker.log(Role::Web).await;
        assert_eq!(log.asset_state(device.asset_id).await.unwrap().open_chat(), Some(chat_id), "{headers:?}");
        assert_eq!(log.tail(&subject::chats_of(other), 0, 1024).await.unwrap().facts, [], "{headers:?}");
    }
}

#[tokio::test]
async fn an_acknowledgement_sent_to_somebody_elses_subject_is_not_stored_there() {
    let broker = TestBroker::start().await;
    let device = device(&broker).await;
    let (chat_id, other) = (ChatId::new(), AssetId::new());
    let subject = ChatSubject::new(device.asset_id, chat_id, Leaf::SaidClient).to_string();

    for reply in [
        ChatSubject::new(other, chat_id, Leaf::SaidTechnician).to_string(),
        subject::dead("persistence"),
        "$JS.API.STREAM.PURGE.CHAT".to_owned(),
    ] {
        device.client.publish_with_reply(subject.clone(), reply, "{}".into()).await.unwrap();
    }
    device.client.flush().await.unwrap();
    tokio::time::sleep(SILENCE).await;

    let operator = broker.log(Role::Operator).await;
    let chat = operator.jetstream().get_stream("CHAT").await.unwrap();
    let stored = chat.info_with_subjects(">").await.unwrap();
    let subjects: Vec<_> = futures::TryStreamExt::try_collect(stored).await.unwrap();
    assert_eq!(subjects, [(subject, 3)]);
    let dead = operator.jetstream().get_stream("DEAD").await.unwrap();
    assert_eq!(dead.cached_info().state.messages, 0);
}

#[tokio::test]
async fn an_oversize_message_is_not_stored() {
    let broker = TestBroker::start().await;
    let device = device(&broker).await;
    let subject = ChatSubject::new(device.asset_id, ChatId::new(), Leaf::SaidClient).to_string();
    let oversize = vec![b'x'; 200 * 1024];
    device.client.publish(subject, oversize.into()).await.unwrap();
    device.client.flush().await.ok();
    tokio::time::sleep(SILENCE).await;
    assert_eq!(broker.log(Role::Web).await.bounds().await.unwrap().1, 0);
}
