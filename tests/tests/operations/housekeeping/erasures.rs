//! What was asked to be erased is nowhere any more, and does not come back.

mod later;
mod marmalade;

use broker_config::stream;
use serde_json::{Value, json};
use sqlx::PgPool;
use store::data_subjects::DataSubject;
use store::erasures;
use workers::housekeeping::Job;

use super::chats::{close, tell_of};
use super::upkeep::Upkeep;
use marmalade::{finish, messages_with_it, request, say_it, tables_with_it, theirs, ticket};

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
    assert_eq!(noted, [("erasure.finished", "system", &json!(1)), ("chat.closed", "system", &Value::Null)]);
}
