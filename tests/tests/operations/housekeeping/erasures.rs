//! What was asked to be erased is nowhere any more, and does not come back.

use broker_config::{
    ChatId, ChatSubject, ContactId, CustomerId, DeadLetter, Leaf, LiveLeaf, LiveSubject, Receipts, Role, consumer,
    stream, subject,
};
use futures::StreamExt;
use serde_json::json;
use sqlx::PgPool;
use store::data_subjects::DataSubject;
use store::erasures;
use tests::{TestDevice, eventually};
use workers::housekeeping::Job;
use workers::persistence::Persistence;
use workers::runner::BatchWorker;

use super::chats::{close, tell_of};
use super::upkeep::Upkeep;

/// A word that is in all that somebody wrote or is called, and nowhere else.
const SECRET: &str = "marmalade";

/// A device that a person uses whose name has the word in it.
async fn theirs(upkeep: &Upkeep) -> (TestDevice, ContactId, CustomerId) {
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

async fn say_it(upkeep: &Upkeep, device: &TestDevice, chat_id: ChatId) {
    device.say(chat_id, "the MARMALADE is in the printer").await;
    upkeep.settle().await;
}

async fn ticket(upkeep: &Upkeep, contact_id: ContactId, chat_id: ChatId) {
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

async fn request(upkeep: &Upkeep, subject: DataSubject) -> erasures::Erasure {
    let (_, last) = upkeep.bench.log.bounds().await.unwrap();
    let mut connection = upkeep.bench.db.acquire().await.unwrap();
    erasures::request(&mut connection, subject, last).await.unwrap()
}

/// Does the job until an erasure is finished.
async fn finish(upkeep: &Upkeep) {
    eventually("an erasure is finished", async || upkeep.perform(Job::EraseData).await["finished"] == 1).await;
}

/// Every table that has the word anywhere, and in how many rows.
async fn tables_with_it(db: &PgPool) -> Vec<(String, i64)> {
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
async fn messages_with_it(upkeep: &Upkeep, name: &str) -> (usize, u64) {
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

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_a_person_said_is_nowhere_any_more_and_what_others_said_is_where_it_was(db: PgPool) {
    let upkeep = Upkeep::new(db).await;
    let (device, contact_id, _) = theirs(&upkeep).await;
    let other = upkeep.bench.device().await;
    let kept = upkeep.chat(&other, Some("Bye.")).await;
    let ended = upkeep.chat(&device, Some("Marmalade?")).await;
    say_it(&upkeep, &device, ended).await;
    assert_eq!(upkeep.perform(Job::IndexTexts).await, json!({ "indexed": 5 }));
    close(&upkeep, &device, ended).await;
    let open = upkeep.chat(&device, None).await;
    say_it(&upkeep, &device, open).await;
    tell_of(&upkeep, ended).await;
    ticket(&upkeep, contact_id, ended).await;
    // What nobody understands, of which the persistence worker makes a dead letter, and what names no chat.
    for (chat, payload) in [(ended.to_string(), r#"{"marmalade":1}"#), ("not-a-chat".to_owned(), "marmalade")] {
        let garbage = format!("chat.{}.{chat}.said.client", device.asset_id);
        device.client.request(garbage, payload.into()).await.unwrap();
    }
    upkeep.settle().await;
    assert_eq!(messages_with_it(&upkeep, stream::DEAD).await, (2, 2));
    let before = messages_with_it(&upkeep, stream::CHAT).await;
    assert_eq!(before.0, 5, "what is looked for is found");

    let erasure = request(&upkeep, DataSubject::Contact(contact_id)).await;
    finish(&upkeep).await;

    assert_eq!(tables_with_it(&upkeep.bench.db).await, []);
    assert_eq!(messages_with_it(&upkeep, stream::CHAT).await, (0, 3), "the other's chat alone is left");
    for name in [stream::DEAD, stream::TIMER] {
        assert_eq!(messages_with_it(&upkeep, name).await, (0, 0), "{name}");
    }
    let said: Vec<String> = sqlx::query_scalar("select body from messages where chat_id = $1 order by seq")
        .bind(kept)
        .fetch_all(&upkeep.bench.db)
        .await
        .unwrap();
    assert_eq!(said, ["hello?", "Bye."]);
    assert_eq!(upkeep.open_chats().await, [kept]);
    let done = erasures::last_of(&upkeep.bench.db, DataSubject::Contact(contact_id)).await.unwrap().unwrap();
    assert_eq!((done.erasure_id, done.chats, done.finished_at.is_some()), (erasure.erasure_id, 2, true));
    // Statistics and ids stay: the chats, the ticket and the contact.
    let counts: (i64, i64, i64) = sqlx::query_as(
        "select (select count(*) from chats where erased_at is not null and opened_at is not null),
                (select count(*) from tickets where contact_id = $1 and subject = 'Erased ticket'),
                (select count(*) from contacts where contact_id = $1 and name = 'Erased contact')",
    )
    .bind(contact_id)
    .fetch_one(&upkeep.bench.db)
    .await
    .unwrap();
    assert_eq!(counts, (2, 1, 1));
    // The asset goes on.
    upkeep.chat(&device, None).await;
    let rest = json!({ "chats": 0, "names": 0, "purged": 0, "finished": 0 });
    assert_eq!(upkeep.perform(Job::EraseData).await, rest);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_customer_goes_with_its_people_and_the_names_of_its_assets(db: PgPool) {
    let upkeep = Upkeep::new(db).await;
    let (device, contact_id, customer_id) = theirs(&upkeep).await;
    let renames = [
        "update assets set name = 'MARMALADE-01' where customer_id = $1",
        "update customers set name = 'Marmalade Ltd' where customer_id = $1",
        "insert into asset_groups (asset_group_id, customer_id, name) values (gen_random_uuid(), $1, 'Marmalade')",
        "insert into enrolment_keys (enrolment_key_id, key_hash, customer_id) values (gen_random_uuid(), 'x', $1)",
        "insert into contacts (contact_id, customer_id, name)
         select gen_random_uuid(), $1, 'Marmalade ' || n from generate_series(1, 250) n",
    ];
    for rename in renames {
        sqlx::query(rename).bind(customer_id).execute(&upkeep.bench.db).await.unwrap();
    }
    let chat_id = upkeep.chat(&device, None).await;
    say_it(&upkeep, &device, chat_id).await;
    ticket(&upkeep, contact_id, chat_id).await;

    request(&upkeep, DataSubject::Customer(customer_id)).await;
    finish(&upkeep).await;

    assert_eq!(tables_with_it(&upkeep.bench.db).await, []);
    assert_eq!(messages_with_it(&upkeep, stream::CHAT).await, (0, 0));
    let left: (String, i64, i64, bool) = sqlx::query_as(
        "select name,
                (select count(*) from contacts where customer_id = $1),
                (select count(*) from chats join assets using (asset_id) where customer_id = $1),
                (select bool_and(revoked_at is not null) from enrolment_keys where customer_id = $1)
         from customers
         where customer_id = $1",
    )
    .bind(customer_id)
    .fetch_one(&upkeep.bench.db)
    .await
    .unwrap();
    assert_eq!(left, ("Erased customer".to_owned(), 251, 1, true));
    let noted = store::audit::page(&upkeep.bench.db, &store::audit::AuditFilter::default(), None, 10).await.unwrap();
    let noted: Vec<_> =
        noted.iter().map(|row| (row.action.as_str(), row.actor.as_str(), &row.details["chats"])).collect();
    assert_eq!(noted, [("erasure.finished", "system", &json!(1))]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_comes_late_for_an_erased_chat_is_receipted_and_written_nowhere(db: PgPool) {
    let upkeep = Upkeep::new(db).await;
    let (device, contact_id, _) = theirs(&upkeep).await;
    let chat_id = upkeep.chat(&device, None).await;
    say_it(&upkeep, &device, chat_id).await;
    let everything = subject::facts_of(device.asset_id, chat_id);
    let pulled = upkeep.bench.log.tail(&everything, 0, 1 << 20).await.unwrap().facts;
    assert_eq!(pulled.len(), 3);
    request(&upkeep, DataSubject::Contact(contact_id)).await;
    finish(&upkeep).await;
    let log = &upkeep.bench.log;

    // A worker had pulled it before, and is given it again.
    let persistence = Persistence::new(upkeep.bench.db.clone(), log.client());
    assert_eq!(persistence.handle(&pulled).await.unwrap(), []);
    assert_eq!(tables_with_it(&upkeep.bench.db).await, []);

    // The agent has it in its outbox and sends it: it is told that it need not keep it.
    let stored = LiveSubject { asset_id: device.asset_id, chat_id, leaf: LiveLeaf::Stored };
    let mut receipts = device.client.subscribe(stored.to_string()).await.unwrap();
    device.round_trip().await;
    let (message_id, sent) = device.say(chat_id, "more marmalade").await;
    let receipt = receipts.next().await.unwrap();
    let receipt: Receipts = serde_json::from_slice(&receipt.payload).unwrap();
    let told: Vec<_> = receipt.messages.iter().map(|receipt| (receipt.message_id, receipt.seq)).collect();
    assert_eq!(told, [(message_id, sent.seq)]);
    upkeep.settle().await;
    assert_eq!(tables_with_it(&upkeep.bench.db).await, []);
    assert_eq!(messages_with_it(&upkeep, stream::CHAT).await, (1, 1));
    let purged = json!({ "chats": 0, "names": 0, "purged": 1, "finished": 0 });
    assert_eq!(upkeep.perform(Job::EraseData).await, purged);
    assert_eq!(messages_with_it(&upkeep, stream::CHAT).await, (0, 0));

    // Everything is projected anew from what the log still has.
    let operator = upkeep.bench.broker.log(Role::Operator).await;
    let chat = operator.jetstream().get_stream(stream::CHAT).await.unwrap();
    chat.delete_consumer(consumer::PERSISTENCE).await.unwrap();
    chat.create_consumer(consumer::persistence().config).await.unwrap();
    device.say(chat_id, "marmalade once more").await;
    let subject = ChatSubject::new(device.asset_id, chat_id, Leaf::SaidClient).to_string();
    eventually("it is projected", async || {
        upkeep.perform(Job::EraseData).await["purged"] == 1 && log.last(&subject).await.unwrap().is_none()
    })
    .await;
    assert_eq!(tables_with_it(&upkeep.bench.db).await, []);
    let shown: i64 = sqlx::query_scalar("select count(*) from chats where erased_at is null")
        .fetch_one(&upkeep.bench.db)
        .await
        .unwrap();
    assert_eq!(shown, 0);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn an_erasure_whose_job_was_killed_goes_on_where_it_was(db: PgPool) {
    let upkeep = Upkeep::new(db).await;
    let (device, contact_id, _) = theirs(&upkeep).await;
    let chat_id = upkeep.chat(&device, None).await;
    say_it(&upkeep, &device, chat_id).await;
    let erasure = request(&upkeep, DataSubject::Contact(contact_id)).await;
    // As a run does that is killed before it has purged the log.
    let (_, last) = upkeep.bench.log.bounds().await.unwrap();
    let mut transaction = upkeep.bench.db.begin().await.unwrap();
    erasures::erase_chats(&mut transaction, erasure.erasure_id, &[chat_id], last).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(messages_with_it(&upkeep, stream::CHAT).await.0, 1);

    finish(&upkeep).await;

    assert_eq!(messages_with_it(&upkeep, stream::CHAT).await, (0, 0));
    let done = erasures::last_of(&upkeep.bench.db, DataSubject::Contact(contact_id)).await.unwrap().unwrap();
    assert_eq!((done.chats, done.finished_at.is_some()), (1, true));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_chat_that_begins_after_it_was_asked_for_is_not_erased(db: PgPool) {
    let upkeep = Upkeep::new(db).await;
    let (device, contact_id, _) = theirs(&upkeep).await;
    let before = upkeep.chat(&device, None).await;
    request(&upkeep, DataSubject::Contact(contact_id)).await;
    close(&upkeep, &device, before).await;
    let after = upkeep.chat(&device, None).await;

    finish(&upkeep).await;

    assert_eq!(upkeep.open_chats().await, [after]);
    let said: Vec<ChatId> =
        sqlx::query_scalar("select chat_id from messages").fetch_all(&upkeep.bench.db).await.unwrap();
    assert_eq!(said, [after]);
    assert_eq!(upkeep.bench.log.asset_state(device.asset_id).await.unwrap().open_chat(), Some(after));
}
