//! Chats that have ended, and transcripts.

use axum::http::{Method, StatusCode, header};
use broker_config::{ChatId, MessageId};
use serde_json::{Value, json};
use sqlx::PgPool;
use tests::TestDevice;

use crate::desk::{Desk, Technician};

fn ids(page: &Value) -> Vec<String> {
    let chats = page["chats"].as_array().unwrap();
    chats.iter().map(|chat| chat["chat_id"].as_str().unwrap().to_owned()).collect()
}

/// A chat of a new device, in which it said `text`.
async fn chat(desk: &Desk, text: &str) -> (TestDevice, ChatId) {
    let (device, chat_id) = (desk.bench.device().await, ChatId::new());
    device.open(chat_id, 0).await;
    device.say(chat_id, text).await;
    desk.settle().await;
    (device, chat_id)
}

async fn close(desk: &Desk, by: &Technician, chat_id: ChatId) {
    let path = format!("/api/v1/chats/{chat_id}/close");
    desk.call(Some(by), Method::POST, &path, None).await.expect(StatusCode::OK);
    desk.settle().await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn the_archive_goes_from_the_last_end_to_the_first_and_is_searched(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let (first, fire) = chat(&desk, "my printer is on fire").await;
    let (_, wifi) = chat(&desk, "the Wi-Fi is slow").await;
    let (_, open) = chat(&desk, "the Wi-Fi is gone").await;
    let asset = desk.get(&priya, &format!("/api/v1/assets/{}", first.asset_id)).await.expect(StatusCode::OK);
    let customer_id = asset["customer"]["customer_id"].as_str().unwrap();
    let ann = json!({ "customer_id": customer_id, "name": "Ann Ash" });
    let ann = desk.post(&priya, "/api/v1/contacts", ann).await.expect(StatusCode::CREATED);
    let contact_id = ann["contact_id"].as_str().unwrap();
    let uses = json!({ "contact_id": contact_id });
    let path = format!("/api/v1/assets/{}", first.asset_id);
    desk.call(Some(&priya), Method::PATCH, &path, Some(uses)).await.expect(StatusCode::OK);
    close(&desk, &priya, wifi).await;
    close(&desk, &priya, fire).await;

    let (fire, wifi) = (fire.to_string(), wifi.to_string());
    let list = async |query: &str| {
        let page = desk.get(&priya, &format!("/api/v1/chats/archived{query}")).await.expect(StatusCode::OK);
        assert!(!ids(&page).contains(&open.to_string()), "{query}");
        page
    };
    for (query, expected) in [
        (String::new(), vec![&fire, &wifi]),
        ("?search=WI-FI".to_owned(), vec![&wifi]),
        ("?search=bluebell".to_owned(), vec![&fire, &wifi]),
        ("?search=ann%20a".to_owned(), vec![&fire]),
        ("?search=frontdesk".to_owned(), vec![&fire, &wifi]),
        ("?search=paper".to_owned(), vec![]),
        (format!("?customer_id={customer_id}"), vec![&fire]),
        (format!("?contact_id={contact_id}"), vec![&fire]),
        (format!("?asset_id={}&search=printer", first.asset_id), vec![&fire]),
        (format!("?asset_id={}&search=wi-fi", first.asset_id), vec![]),
    ] {
        let page = list(&query).await;
        assert_eq!(ids(&page).iter().collect::<Vec<_>>(), expected, "{query}");
        assert_eq!(page["next_cursor"], Value::Null);
    }
    let page = list("?limit=1").await;
    assert_eq!(ids(&page), [fire]);
    assert!(page["chats"][0]["closed_at"].is_string());
    let page = list(&format!("?limit=1&cursor={}", page["next_cursor"].as_str().unwrap())).await;
    assert_eq!((ids(&page), &page["next_cursor"]), (vec![wifi], &Value::Null));

    for query in ["?asset_id=x", "?cursor=x", "?colour=blue"] {
        let refused = desk.get(&priya, &format!("/api/v1/chats/archived{query}")).await;
        refused.refused(StatusCode::BAD_REQUEST, "malformed");
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_transcript_has_everything_that_was_said_and_notes_on_demand(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let (device, chat_id) = chat(&desk, "my printer\nis on fire").await;
    let path = |rest: &str| format!("/api/v1/chats/{chat_id}{rest}");
    for (text, note) in [("stand back", false), ("not again", true)] {
        let say = json!({ "message_id": MessageId::new(), "text": text, "note": note });
        desk.post(&priya, &path("/messages"), say).await.expect(StatusCode::CREATED);
    }
    close(&desk, &priya, chat_id).await;
    device.say(chat_id, "it is out now").await;
    desk.settle().await;

    let answer = desk.get(&priya, &path("/transcript")).await;
    assert_eq!(answer.headers[header::CONTENT_TYPE], "text/plain; charset=utf-8");
    assert_eq!(answer.headers[header::CONTENT_DISPOSITION], format!("attachment; filename=\"chat-{chat_id}.txt\""));
    let text = answer.expect(StatusCode::OK);
    let text = text.as_str().unwrap();
    assert!(text.starts_with(&format!("Chat:       {chat_id}\nCustomer:   Bluebell Dental\n")), "{text}");
    let said: Vec<_> = text.lines().filter(|line| line.starts_with("    ")).map(str::trim).collect();
    assert_eq!(said, ["my printer", "is on fire", "stand back", "it is out now"]);
    assert!(text.ends_with("Z  Client, late: it came after the chat was closed\n    it is out now\n"), "{text}");
    let noted = desk.get(&priya, &path("/transcript?format=text&include_notes=true")).await.expect(StatusCode::OK);
    assert!(noted.as_str().unwrap().contains("Priya (internal note)\n    not again\n"), "{noted}");

    let answer = desk.get(&priya, &path("/transcript?format=json&include_notes=true")).await;
    assert_eq!(answer.headers[header::CONTENT_DISPOSITION], format!("attachment; filename=\"chat-{chat_id}.json\""));
    let json = answer.expect(StatusCode::OK);
    let messages = desk.get(&priya, &path("/messages")).await.expect(StatusCode::OK);
    assert_eq!((&json["chat"]["chat_id"], &json["messages"]), (&json!(chat_id), &messages["messages"]));
    assert_eq!(json["messages"][3]["late"], true);

    desk.get(&priya, &path("/transcript?format=pdf")).await.refused(StatusCode::BAD_REQUEST, "malformed");
    let nowhere = format!("/api/v1/chats/{}/transcript", ChatId::new());
    desk.get(&priya, &nowhere).await.refused(StatusCode::NOT_FOUND, "no-such-chat");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_long_transcript_and_an_empty_one_are_whole(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    for count in [0, 99, 100, 250] {
        let chat_id = desk.start(&priya, desk.bench.asset().await).await;
        desk.settle().await;
        sqlx::query(
            r#"insert into messages (chat_id, message_id, seq, at, written_at, kind, author, body)
               select $1, gen_random_uuid(), 1000 + n, now(), now(), 'client', '{"type": "client"}', 'line ' || n
               from generate_series(1, $2) as n"#,
        )
        .bind(chat_id)
        .bind(count)
        .execute(&desk.bench.db)
        .await
        .unwrap();
        let expected: Vec<_> = (1..=count).map(|nth| format!("line {nth}")).collect();

        let path = format!("/api/v1/chats/{chat_id}/transcript");
        let json = desk.get(&priya, &format!("{path}?format=json")).await.expect(StatusCode::OK);
        let said = json["messages"].as_array().unwrap().iter().map(|message| message["text"].clone());
        assert_eq!(said.collect::<Value>(), json!(expected));
        let text = desk.get(&priya, &path).await.expect(StatusCode::OK);
        let said: Vec<_> = text.as_str().unwrap().lines().filter_map(|line| line.strip_prefix("    ")).collect();
        assert_eq!(said, expected);
    }
}
