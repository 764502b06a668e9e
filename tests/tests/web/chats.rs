//! Starting, assigning, reading and closing chats, and listing them.

use axum::http::{Method, StatusCode};
use broker_config::ChatId;
use futures::future::join_all;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::desk::Desk;

fn ids(page: &Value) -> Vec<String> {
    let chats = page["chats"].as_array().unwrap();
    chats.iter().map(|chat| chat["chat_id"].as_str().unwrap().to_owned()).collect()
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_chat_that_a_technician_starts_is_theirs(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let asset_id = desk.bench.asset().await;

    let chat_id = desk.start(&priya, asset_id).await;
    desk.settle().await;

    let shown = desk.get(&priya, &format!("/api/v1/chats/{chat_id}")).await.expect(StatusCode::OK);
    assert_eq!(shown["chat"]["assigned_to"], json!({ "technician_id": priya.id, "name": "Priya" }));
    assert_eq!(shown["chat"]["opened_by"]["type"], "technician");
    assert_eq!(shown["chat"]["asset"], json!({ "asset_id": asset_id, "name": "FRONTDESK-01" }));
    assert_eq!(shown["chat"]["customer"]["name"], "Bluebell Dental");
    assert_eq!((&shown["chat"]["unread"], &shown["chat"]["last_message"]), (&json!(false), &Value::Null));
    assert_eq!(shown["upto"], 2);

    let again = desk.post(&priya, "/api/v1/chats", json!({ "asset_id": asset_id })).await;
    let refusal = again.refused(StatusCode::CONFLICT, "chat-already-open");
    assert_eq!(refusal["chat_id"], json!(chat_id));
    let nowhere = json!({ "asset_id": ChatId::new() });
    desk.post(&priya, "/api/v1/chats", nowhere).await.refused(StatusCode::NOT_FOUND, "no-such-asset");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn of_50_who_race_to_start_a_chat_one_starts_it_and_all_are_told_which(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let asset_id = desk.bench.asset().await;

    let racers = (0..50).map(|_| desk.post(&priya, "/api/v1/chats", json!({ "asset_id": asset_id })));
    let answers = join_all(racers).await;

    let started: Vec<_> = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).collect();
    assert_eq!(started.len(), 1);
    let chat_id = &started[0].body["chat_id"];
    for answer in &answers {
        assert_eq!(&answer.body["chat_id"], chat_id, "{}", answer.body);
    }
    assert_eq!(answers.iter().filter(|answer| answer.status == StatusCode::CONFLICT).count(), 49);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn of_two_technicians_who_race_for_a_chat_one_gets_it_and_the_other_is_told_who(db: PgPool) {
    let desk = Desk::new(db).await;
    let (priya, tom) = (desk.technician("Priya").await, desk.technician("Tom").await);
    let device = desk.bench.device().await;

    for _ in 0..10 {
        let chat_id = ChatId::new();
        let state_seq = desk.bench.web_log.asset_state(device.asset_id).await.unwrap().seq;
        device.open(chat_id, state_seq).await;
        desk.settle().await;

        let path = format!("/api/v1/chats/{chat_id}/assignment");
        let take = async |who: &crate::desk::Technician| {
            desk.put(who, &path, json!({ "technician_id": who.id, "expected_seq": 0 })).await
        };
        let (by_priya, by_tom) = tokio::join!(take(&priya), take(&tom));
        let (won, lost) = if by_priya.status == StatusCode::OK { (by_priya, by_tom) } else { (by_tom, by_priya) };
        let won = won.expect(StatusCode::OK);
        let lost = lost.refused(StatusCode::CONFLICT, "assigned-meanwhile");
        assert_eq!(lost["assigned_to"], won["assigned_to"]);
        assert_eq!(lost["assigned_seq"], won["assigned_seq"]);

        let let_go = json!({ "technician_id": null, "expected_seq": won["assigned_seq"] });
        let free = desk.put(&tom, &path, let_go).await.expect(StatusCode::OK);
        assert_eq!(free["assigned_to"], Value::Null);
        let nobody = json!({ "technician_id": ChatId::new(), "expected_seq": free["assigned_seq"] });
        desk.put(&tom, &path, nobody).await.refused(StatusCode::NOT_FOUND, "no-such-technician");
        let close = format!("/api/v1/chats/{chat_id}/close");
        desk.call(Some(&tom), Method::POST, &close, None).await.expect(StatusCode::OK);
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_closed_chat_takes_nothing_more_and_leaves_the_list(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let asset_id = desk.bench.asset().await;
    let chat_id = desk.start(&priya, asset_id).await;
    let path = |rest: &str| format!("/api/v1/chats/{chat_id}{rest}");

    desk.call(Some(&priya), Method::POST, &path("/close"), None).await.expect(StatusCode::OK);

    let again = desk.call(Some(&priya), Method::POST, &path("/close"), None).await;
    again.refused(StatusCode::CONFLICT, "chat-closed");
    let late = json!({ "message_id": ChatId::new(), "text": "one more thing" });
    desk.post(&priya, &path("/messages"), late).await.refused(StatusCode::CONFLICT, "chat-closed");
    let take = json!({ "technician_id": priya.id, "expected_seq": 2 });
    desk.put(&priya, &path("/assignment"), take).await.refused(StatusCode::CONFLICT, "chat-closed");

    desk.settle().await;
    let shown = desk.get(&priya, &path("")).await.expect(StatusCode::OK);
    assert!(shown["chat"]["closed_at"].is_string());
    assert_eq!(ids(&desk.get(&priya, "/api/v1/chats").await.expect(StatusCode::OK)), Vec::<String>::new());
    assert_ne!(desk.start(&priya, asset_id).await, chat_id);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn the_list_filters_counts_searches_and_goes_on(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let mut chats = Vec::new();
    for text in ["my printer is on fire", "hello", "the Wi-Fi is slow"] {
        let device = desk.bench.device().await;
        let chat_id = ChatId::new();
        device.open(chat_id, 0).await;
        device.say(chat_id, text).await;
        chats.push(chat_id);
    }
    desk.settle().await;
    let take = json!({ "technician_id": priya.id, "expected_seq": 0 });
    for chat_id in &chats[..2] {
        desk.put(&priya, &format!("/api/v1/chats/{chat_id}/assignment"), take.clone()).await.expect(StatusCode::OK);
    }
    let read = json!({ "upto": 6 });
    desk.put(&priya, &format!("/api/v1/chats/{}/read", chats[0]), read).await.expect(StatusCode::NO_CONTENT);
    desk.settle().await;

    let names: Vec<_> = chats.iter().map(ToString::to_string).collect();
    let list = async |query: &str| desk.get(&priya, &format!("/api/v1/chats{query}")).await.expect(StatusCode::OK);
    let of = |indices: &[usize]| indices.iter().map(|index| names[*index].clone()).collect::<Vec<_>>();
    for (query, expected) in [
        ("", of(&[2, 1, 0])),
        ("?filter=mine", of(&[1, 0])),
        ("?filter=mine_unread", of(&[1])),
        ("?filter=unassigned", of(&[2])),
        ("?search=WI-fi", of(&[2])),
        ("?search=bluebell&filter=mine", of(&[1, 0])),
        ("?search=100%25", of(&[])),
    ] {
        let page = list(query).await;
        assert_eq!(ids(&page), expected, "{query}");
        assert_eq!(page["counts"], json!({ "all": 3, "mine": 2, "mine_unread": 1, "unassigned": 1 }), "{query}");
        assert_eq!(page["next_cursor"], Value::Null);
    }

    let first = list("?limit=2").await;
    let second = list(&format!("?limit=2&cursor={}", first["next_cursor"].as_str().unwrap())).await;
    assert_eq!((ids(&first), ids(&second)), (of(&[2, 1]), of(&[0])));
    assert_eq!(second["next_cursor"], Value::Null);
    let row = &first["chats"][0];
    assert_eq!((&row["unread"], &row["last_message"]["text"]), (&json!(true), &json!("the Wi-Fi is slow")));
    assert_eq!(row["waiting_since"], row["last_at"]);
}
