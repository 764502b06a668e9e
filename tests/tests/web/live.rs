//! The live socket, while everything else is well.

use axum::http::{Method, StatusCode};
use broker_config::{Author, ChatId, ChatSubject, Fact, Leaf, Line, MessageId, Said, Text};
use futures::future::join_all;
use serde_json::json;
use sqlx::PgPool;

use crate::desk::Desk;
use crate::socket::{Socket, append, connect, request};

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_happens_is_told_as_it_happens(db: PgPool) {
    let desk = Desk::new(db).await;
    let (priya, served) = (desk.technician("Priya").await, desk.serve().await);
    let device = desk.bench.device().await;
    let mut socket = Socket::open(served.port, &priya, None).await;
    assert_eq!(socket.next().await.unwrap(), json!({ "type": "ready", "upto": 0 }));

    let chat_id = ChatId::new();
    device.open(chat_id, 0).await;
    let opened = socket.next_of("fact").await;
    assert_eq!((&opened["leaf"], &opened["seq"]), (&json!("state.opened"), &json!(1)));
    assert_eq!(opened["chat"]["customer"]["name"], "Bluebell Dental");
    assert_eq!(opened["chat"]["asset"], json!({ "asset_id": device.asset_id, "name": "FRONTDESK-01" }));

    let (message_id, _) = device.say(chat_id, "hello").await;
    let said = socket.next_of("fact").await;
    assert_eq!((&said["leaf"], &said["fact"]["text"]), (&json!("said.client"), &json!("hello")));
    let stored = socket.next_of("stored").await;
    assert_eq!(stored["messages"][0]["message_id"], json!(message_id));
    assert_eq!(stored["messages"][0]["seq"], 2);

    // A device cannot say that a technician is typing.
    let lie = json!({ "technician_id": priya.id }).to_string();
    let typing = format!("live.{}.{chat_id}.typing.client", device.asset_id);
    device.client.publish(typing, lie.into()).await.unwrap();
    let expected = json!({ "type": "typing", "asset_id": device.asset_id, "chat_id": chat_id, "technician_id": null });
    assert_eq!(socket.next_of("typing").await, expected);
    let path = format!("/api/v1/chats/{chat_id}/typing");
    desk.call(Some(&priya), Method::POST, &path, None).await.expect(StatusCode::NO_CONTENT);
    assert_eq!(socket.next_of("typing").await["technician_id"], json!(priya.id));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_resumed_socket_misses_nothing_and_hears_nothing_twice_while_others_write(db: PgPool) {
    const BEFORE: usize = 1500;
    const WHILE: usize = 3000;
    let desk = Desk::new(db).await;
    let (priya, served) = (desk.technician("Priya").await, desk.serve().await);
    let (asset_id, chat_id) = (desk.bench.asset().await, ChatId::new());
    append(&desk, asset_id, chat_id, BEFORE).await;
    drop(Socket::open(served.port, &priya, None).await);

    let last = (BEFORE + WHILE) as u64;
    let readers = (0..12_u64).map(|turn| {
        let (priya, port) = (priya.clone(), served.port);
        async move {
            tokio::time::sleep(std::time::Duration::from_millis(turn * 40)).await;
            let after = turn * 120;
            let mut socket = Socket::open(port, &priya, Some(after)).await;
            assert_eq!(socket.facts_upto(last).await, (after + 1..=last).collect::<Vec<_>>(), "after {after}");
        }
    });
    let (written, _) = tokio::join!(append(&desk, asset_id, chat_id, WHILE), join_all(readers));
    assert_eq!(written, last);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_socket_that_missed_too_much_or_asks_for_the_future_is_reset(db: PgPool) {
    let desk = Desk::new(db).await;
    let (priya, served) = (desk.technician("Priya").await, desk.serve().await);
    append(&desk, desk.bench.asset().await, ChatId::new(), 10).await;
    drop(Socket::open(served.port, &priya, None).await);

    let mut future = Socket::open(served.port, &priya, Some(11)).await;
    assert_eq!(future.next().await.unwrap(), json!({ "type": "reset" }));
    assert_eq!(future.next().await.unwrap(), json!({ "type": "closing", "reason": "too_far_behind" }));
    assert_eq!(future.next().await, None);
    let mut present = Socket::open(served.port, &priya, Some(10)).await;
    assert_eq!(present.next().await.unwrap(), json!({ "type": "ready", "upto": 10 }));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_browser_that_does_not_read_is_cut_off_and_resumes(db: PgPool) {
    let desk = Desk::new(db).await;
    let (priya, served) = (desk.technician("Priya").await, desk.serve().await);
    let subject = ChatSubject::new(desk.bench.asset().await, ChatId::new(), Leaf::SaidTechnician);
    let mut slow = Socket::open(served.port, &priya, Some(0)).await;
    slow.next_of("ready").await;

    // More than the ring and every buffer on the way hold.
    let text = "x".repeat(Text::MAX_BYTES);
    let by = Author::Technician { technician_id: priya.id, name: Line::new("Priya").unwrap() };
    let mut last = 0;
    for _ in 0..60 {
        let burst = (0..100).map(|_| {
            let said = Said {
                message_id: MessageId::new(),
                by: by.clone(),
                text: Text::new(text.as_str()).unwrap(),
                written_at: chrono::DateTime::UNIX_EPOCH,
            };
            let log = desk.bench.web_log.clone();
            async move { log.append(&subject, &Fact::Said(said)).await.unwrap().seq }
        });
        last = join_all(burst).await.into_iter().max().unwrap();
    }

    let mut seqs = Vec::new();
    let reason = loop {
        match slow.next().await {
            Some(event) if event["type"] == "fact" => seqs.push(event["seq"].as_u64().unwrap()),
            Some(event) if event["type"] == "closing" => break Some(event["reason"].clone()),
            Some(_) => {}
            None => break None,
        }
    };
    // Whoever reads nothing at all for long cannot be told the reason either.
    assert!(reason.as_ref().is_none_or(|reason| reason == "slow"), "{reason:?}");
    let told = *seqs.last().unwrap();
    assert!(told < last, "it was cut off before the end");
    let mut resumed = Socket::open(served.port, &priya, Some(told)).await;
    seqs.extend(resumed.facts_upto(last).await);
    assert_eq!(seqs, (1..=last).collect::<Vec<_>>());
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn strangers_and_other_sites_get_no_socket(db: PgPool) {
    let desk = Desk::new(db).await;
    let (priya, served) = (desk.technician("Priya").await, desk.serve().await);
    drop(Socket::open(served.port, &priya, None).await);

    assert_eq!(connect(served.port, request(served.port, None, None)).await.err(), Some(401));
    for (origin, status) in [
        ("https://evil.example".to_owned(), Some(403)),
        ("null".to_owned(), Some(403)),
        ("http://desk.example".to_owned(), None),
        (format!("http://127.0.0.1:{}", served.port), None),
    ] {
        let mut request = request(served.port, Some(&priya), None);
        request.headers_mut().insert("origin", origin.parse().unwrap());
        assert_eq!(connect(served.port, request).await.err(), status, "{origin}");
    }
}
