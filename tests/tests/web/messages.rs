//! Saying, noting, reading back, and typing.

use axum::http::{Method, StatusCode};
use broker_config::{ChatId, MessageId, Text, subject};
use futures::StreamExt;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::desk::Desk;

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn texts_arrive_byte_for_byte(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let chat_id = desk.start(&priya, desk.bench.asset().await).await;
    let path = format!("/api/v1/chats/{chat_id}/messages");
    let longest = "é".repeat(Text::MAX_BYTES / 2);
    let texts = [
        " \r\n\t ",
        "👩‍👩‍👧‍👦 e\u{301}",
        "\u{202e}שלום",
        "<b>not markup</b> & \"so\"",
        longest.as_str(),
        "\u{1}\u{7f}\u{feff}",
    ];

    for text in texts {
        let said = desk.post(&priya, &path, json!({ "message_id": MessageId::new(), "text": text })).await;
        said.expect(StatusCode::CREATED);
    }
    desk.settle().await;

    let page = desk.get(&priya, &path).await.expect(StatusCode::OK);
    let read: Vec<_> = page["messages"].as_array().unwrap().iter().map(|message| &message["text"]).collect();
    assert_eq!(read, texts);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_text_too_long_empty_or_with_a_nul_is_refused_in_words(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let chat_id = desk.start(&priya, desk.bench.asset().await).await;
    let path = format!("/api/v1/chats/{chat_id}/messages");
    for (text, detail) in [
        ("a".repeat(Text::MAX_BYTES + 1), "the text has 16385 bytes; the limit is 16384"),
        ("a\0b".to_owned(), "the text has a NUL character"),
        (String::new(), "the text is empty"),
    ] {
        let say = json!({ "message_id": MessageId::new(), "text": text });
        let problem = desk.post(&priya, &path, say).await.refused(StatusCode::BAD_REQUEST, "text-refused");
        assert_eq!(problem["detail"], detail);
    }
    assert_eq!(desk.bench.web_log.bounds().await.unwrap().1, 2, "nothing was appended");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn the_same_id_is_the_same_message_before_and_after_postgres_has_it_and_when_closed(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let chat_id = desk.start(&priya, desk.bench.asset().await).await;
    let path = format!("/api/v1/chats/{chat_id}/messages");
    let say = json!({ "message_id": MessageId::new(), "text": "hello" });

    let first = desk.post(&priya, &path, say.clone()).await.expect(StatusCode::CREATED);
    assert_eq!(first["repeated"], false);
    let mut again = vec![desk.post(&priya, &path, say.clone()).await];
    desk.settle().await;
    again.push(desk.post(&priya, &path, say.clone()).await);
    let close = format!("/api/v1/chats/{chat_id}/close");
    desk.call(Some(&priya), Method::POST, &close, None).await.expect(StatusCode::OK);
    again.push(desk.post(&priya, &path, say).await);

    for answer in again {
        let body = answer.expect(StatusCode::CREATED);
        assert_eq!((&body["seq"], &body["repeated"]), (&first["seq"], &json!(true)));
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_note_is_kept_from_devices_and_pages_go_back_in_order(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let device = desk.bench.device().await;
    let chat_id = ChatId::new();
    device.open(chat_id, 0).await;
    let [_, feed, _] = subject::device_feeds(device.asset_id);
    let mut heard = device.client.subscribe(feed).await.unwrap();
    device.round_trip().await;
    desk.settle().await;

    let path = format!("/api/v1/chats/{chat_id}/messages");
    for (text, note) in [("a secret", true), ("good morning", false)] {
        let say = json!({ "message_id": MessageId::new(), "text": text, "note": note });
        desk.post(&priya, &path, say).await.expect(StatusCode::CREATED);
    }
    device.say(chat_id, "hello").await;
    desk.settle().await;

    let first: Value = serde_json::from_slice(&heard.next().await.unwrap().payload).unwrap();
    assert_eq!(first["text"], "good morning");

    let last = desk.get(&priya, &format!("{path}?limit=2")).await.expect(StatusCode::OK);
    let told = |page: &Value| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        page["messages"].as_array().unwrap().iter().map(|of| (text(&of["kind"]), text(&of["text"]))).collect()
    };
    let pair = |kind: &str, text: &str| (kind.to_owned(), text.to_owned());
    assert_eq!(told(&last), [pair("technician", "good morning"), pair("client", "hello")]);
    assert_eq!((&last["more"], &last["upto"], &last["client_read_upto"]), (&json!(true), &json!(4), &json!(0)));
    let before = last["messages"][0]["seq"].as_u64().unwrap();
    let earlier = desk.get(&priya, &format!("{path}?limit=2&before={before}")).await.expect(StatusCode::OK);
    assert_eq!((told(&earlier), &earlier["more"]), (vec![pair("note", "a secret")], &json!(false)));
    let author = json!({ "type": "technician", "technician_id": priya.id, "name": "Priya" });
    assert_eq!(earlier["messages"][0]["author"], author);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_page_says_how_far_the_one_who_asks_has_read(db: PgPool) {
    let desk = Desk::new(db).await;
    let [priya, tom] = [desk.technician("Priya").await, desk.technician("Tom").await];
    let device = desk.bench.device().await;
    let chat_id = ChatId::new();
    device.open(chat_id, 0).await;
    device.say(chat_id, "hello").await;
    desk.settle().await;

    let read = json!({ "upto": 2 });
    desk.put(&priya, &format!("/api/v1/chats/{chat_id}/read"), read).await.expect(StatusCode::NO_CONTENT);
    desk.settle().await;

    let path = format!("/api/v1/chats/{chat_id}/messages");
    for (technician, upto) in [(&priya, 2), (&tom, 0)] {
        let page = desk.get(technician, &path).await.expect(StatusCode::OK);
        assert_eq!((&page["read_upto"], &page["client_read_upto"]), (&json!(upto), &json!(0)), "{}", technician.id);
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn typing_reaches_the_device_and_unknown_chats_are_refused(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let device = desk.bench.device().await;
    let mut heard = device.client.subscribe(subject::live_of(device.asset_id)).await.unwrap();
    device.round_trip().await;
    let chat_id = desk.start(&priya, device.asset_id).await;

    let typing = desk.call(Some(&priya), Method::POST, &format!("/api/v1/chats/{chat_id}/typing"), None).await;
    typing.expect(StatusCode::NO_CONTENT);
    let message = heard.next().await.unwrap();
    assert_eq!(message.subject.as_str(), format!("live.{}.{chat_id}.typing.tech", device.asset_id));

    let nowhere = format!("/api/v1/chats/{}", ChatId::new());
    desk.get(&priya, &nowhere).await.refused(StatusCode::NOT_FOUND, "no-such-chat");
    desk.get(&priya, &format!("{nowhere}/messages")).await.refused(StatusCode::NOT_FOUND, "no-such-chat");
    let say = json!({ "message_id": MessageId::new(), "text": "hello" });
    for (method, rest, body) in [
        (Method::POST, "messages", Some(say)),
        (Method::PUT, "read", Some(json!({ "upto": 1 }))),
        (Method::PUT, "assignment", Some(json!({ "technician_id": null, "expected_seq": 0 }))),
        (Method::POST, "close", None),
        (Method::POST, "typing", None),
    ] {
        let answer = desk.call(Some(&priya), method, &format!("{nowhere}/{rest}"), body).await;
        answer.refused(StatusCode::NOT_FOUND, "no-such-chat");
    }
}
