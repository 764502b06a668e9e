use broker_config::{AssetId, ChatId, TechnicianId};
use sqlx::PgPool;

use super::{MANY, index};
use crate::archive::{self, ArchiveFilter};
use crate::chats::{ChatFilter, Viewer, page};

/// What was said in chats that are open, and once more in chats that have ended.
const SAID: [&str; 4] = ["The PRINTER is 100% broken", "Is it plugged in?", "Überall blinkt es", "a_b"];

#[sqlx::test]
async fn a_part_of_a_text_is_found_in_any_case_whether_it_is_indexed_or_not(db: PgPool) {
    let asset_id = add_asset(&db).await;
    let chat_ids = add_chats(&db, asset_id).await;
    note_all(&db).await;
    for indexed in [0, 8] {
        assert_eq!(index(&db, indexed).await.unwrap(), indexed.cast_unsigned());
        for (part, found) in [
            ("printer", vec![0]),
            ("PRINTER", vec![0]),
            ("00% b", vec![0]),
            ("it", vec![1]),
            ("ÜBERALL", vec![2]),
            ("a_b", vec![3]),
            ("a%b", vec![]),
            ("axb", vec![]),
            ("till", vec![0, 1, 2, 3]),
            ("HOP", vec![0, 1, 2, 3]),
        ] {
            assert_eq!(open(&db, part).await, of(&chat_ids[..4], &found), "{part}, {indexed} indexed");
            assert_eq!(ended(&db, part).await, of(&chat_ids[4..], &found), "{part}, {indexed} indexed");
        }
    }
}

#[sqlx::test]
async fn what_very_many_texts_have_is_found_in_all_their_chats(db: PgPool) {
    let asset_id = add_asset(&db).await;
    let chat_ids = add_chats(&db, asset_id).await;
    sqlx::query(
        "insert into message_texts (chat_id, message_id, body)
         select gen_random_uuid(), gen_random_uuid(), 'printer' from generate_series(1, $1)",
    )
    .bind(MANY)
    .execute(&db)
    .await
    .unwrap();
    note_all(&db).await;
    index(&db, 100).await.unwrap();
    assert_eq!(open(&db, "printer").await, of(&chat_ids[..4], &[0]));
    assert_eq!(ended(&db, "printer").await, of(&chat_ids[4..], &[0]));
}

#[sqlx::test]
async fn what_is_left_for_the_next_time_is_indexed_then(db: PgPool) {
    let asset_id = add_asset(&db).await;
    add_chats(&db, asset_id).await;
    note_all(&db).await;
    note_all(&db).await;
    assert_eq!(index(&db, 1).await.unwrap(), 8, "the first batch");
    assert_eq!(index(&db, 1).await.unwrap(), 8, "the second, of the same messages");
    assert_eq!(index(&db, 1).await.unwrap(), 0, "nothing is left");
}

async fn open(db: &PgPool, part: &str) -> Vec<ChatId> {
    page(db, viewer(), ChatFilter::All, Some(part), None, 50).await.unwrap()
}

async fn ended(db: &PgPool, part: &str) -> Vec<ChatId> {
    let filter = ArchiveFilter { search: Some(part.to_owned()), ..ArchiveFilter::default() };
    archive::page(db, viewer(), &filter, None, 50).await.unwrap().into_iter().map(|chat| chat.chat_id).collect()
}

fn of(chat_ids: &[ChatId], places: &[usize]) -> Vec<ChatId> {
    places.iter().map(|place| chat_ids[*place]).collect()
}

async fn add_asset(db: &PgPool) -> AssetId {
    let asset_id = AssetId::new();
    sqlx::query("insert into customers (customer_id, name) values (gen_random_uuid(), 'Shop')")
        .execute(db)
        .await
        .unwrap();
    sqlx::query("insert into assets (asset_id, customer_id, name) select $1, customer_id, 'Till' from customers")
        .bind(asset_id)
        .execute(db)
        .await
        .unwrap();
    asset_id
}

/// A chat for each of [`SAID`] that is open, the newest first, and then one for each that has ended.
async fn add_chats(db: &PgPool, asset_id: AssetId) -> Vec<ChatId> {
    let mut chat_ids = Vec::new();
    for (place, text) in SAID.iter().chain(&SAID).enumerate() {
        let chat_id = ChatId::new();
        let seq = 1000 - i64::try_from(place).unwrap();
        sqlx::query(
            "with chat as (
                 insert into chats (chat_id, asset_id, opened_seq, last_seq, closed_seq) values ($1, $2, 1, $3, $4)
             )
             insert into messages (chat_id, message_id, seq, at, written_at, kind, author, body)
             values ($1, gen_random_uuid(), $3, now(), now(), 'client', '{}', $5)",
        )
        .bind(chat_id)
        .bind(asset_id)
        .bind(seq)
        .bind((place >= SAID.len()).then_some(seq))
        .bind(text)
        .execute(db)
        .await
        .unwrap();
        chat_ids.push(chat_id);
    }
    chat_ids
}

/// Notes of all messages that they are to be indexed, as whoever stores them does.
async fn note_all(db: &PgPool) {
    sqlx::query(
        "insert into texts_to_index (messages, chat_ids, message_ids)
         select count(*), array_agg(chat_id), array_agg(message_id) from messages",
    )
    .execute(db)
    .await
    .unwrap();
}

fn viewer() -> Viewer {
    Viewer { technician_id: TechnicianId::new(), sees_all: true }
}
