//! A person who has a word in all that they write and are called, and where that word is.

use broker_config::{ChatId, ContactId, CustomerId, DeadLetter, Role};
use sqlx::PgPool;
use store::data_subjects::DataSubject;
use store::erasures;
use tests::{TestDevice, eventually};
use workers::housekeeping::Job;

use crate::housekeeping::upkeep::Upkeep;

/// A word that is in all that somebody wrote or is called, and nowhere else.
const SECRET: &str = "marmalade";

/// A device that a person uses whose name has the word in it.
pub async fn theirs(upkeep: &Upkeep) -> (TestDevice, ContactId, CustomerId) {
    let device = upkeep.bench.device().await;
    let (contact_id, customer_id): (ContactId, CustomerId) = sqlx::query_as(
        "with contact as (
             insert into contacts (contact_id, customer_id, name, email, phone)
             select gen_random_uuid(), customer_id, 'Ann Marmalade', 'ann@marmalade.example', '0123 marmalade'
             from assets
             where asset_id = $1
             returning contact_id, customer_id
         )
         update assets
         set contact_id = contact.contact_id
         from contact
         where asset_id = $1
         returning contact.contact_id, contact.customer_id",
    )
    .bind(device.asset_id)
    .fetch_one(&upkeep.bench.db)
    .await
    .unwrap();
    (device, contact_id, customer_id)
}

pub async fn say_it(upkeep: &Upkeep, device: &TestDevice, chat_id: ChatId) {
    device.say(chat_id, "the MARMALADE is in the printer").await;
    upkeep.settle().await;
}

pub async fn ticket(upkeep: &Upkeep, contact_id: ContactId, chat_id: ChatId) {
    sqlx::query(
        "with ticket as (
             insert into tickets (ticket_id, customer_id, contact_id, subject, description)
             select gen_random_uuid(), customer_id, contact_id, 'Marmalade', 'In the printer: marmalade'
             from contacts
             where contact_id = $1
             returning ticket_id
         )
         insert into ticket_chats (ticket_id, chat_id, is_told)
         select ticket_id, $2, true
         from ticket",
    )
    .bind(contact_id)
    .bind(chat_id)
    .execute(&upkeep.bench.db)
    .await
    .unwrap();
}

pub async fn request(upkeep: &Upkeep, subject: DataSubject) -> erasures::Erasure {
    let (_, last) = upkeep.bench.log.bounds().await.unwrap();
    let mut connection = upkeep.bench.db.acquire().await.unwrap();
    erasures::request(&mut connection, subject, last).await.unwrap()
}

/// Does the job until an erasure is finished.
pub async fn finish(upkeep: &Upkeep) {
    eventually("an erasure is finished", async || upkeep.perform(Job::EraseData).await["finished"] == 1).await;
}

/// Every table that has the word anywhere, and in how many rows.
pub async fn tables_with_it(db: &PgPool) -> Vec<(String, i64)> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.tables
         where table_schema = 'public' and table_type = 'BASE TABLE' order by table_name",
    )
    .fetch_all(db)
    .await
    .unwrap();
    let mut found = Vec::new();
    for table in tables {
        let counting = format!("select count(*) from {table} as it where strpos(lower(it::text), '{SECRET}') > 0");
        let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(counting)).fetch_one(db).await.unwrap();
        if rows > 0 {
            found.push((table, rows));
        }
    }
    found
}

/// How many messages of a stream have the word in them, as they are or in Base64, of all that it has.
pub async fn messages_with_it(upkeep: &Upkeep, name: &str) -> (usize, u64) {
    let operator = upkeep.bench.broker.log(Role::Operator).await;
    let mut stream = operator.jetstream().get_stream(name).await.unwrap();
    let state = stream.info().await.unwrap().state.clone();
    let mut found = 0;
    for seq in state.first_sequence..=state.last_sequence {
        let Ok(message) = stream.get_raw_message(seq).await else { continue };
        let text = String::from_utf8_lossy(&message.payload).to_lowercase();
        let letter: Option<DeadLetter> = serde_json::from_slice(&message.payload).ok();
        let payload = letter.and_then(|letter| letter.payload).unwrap_or_default();
        let payload = data_encoding::BASE64.decode(payload.as_bytes()).unwrap();
        let has_it = text.contains(SECRET) || String::from_utf8_lossy(&payload).to_lowercase().contains(SECRET);
        found += usize::from(has_it);
    }
    (found, state.messages)
}
