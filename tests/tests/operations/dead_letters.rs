use broker_config::{
    AssetId, Author, ChatId, ChatSubject, DeadLetter, Fact, Leaf, Line, MessageId, Role, Said, TechnicianId, Text,
    consumer,
};
use chrono::DateTime;
use serde_json::{Value, json};
use sqlx::PgPool;
use tests::eventually;

use crate::installation::Installation;

/// What an asset says that the database does not know.
async fn refused(installation: &Installation) -> (AssetId, u64) {
    let (asset_id, chat_id) = (AssetId::new(), ChatId::new());
    let seq = installation.bench.technician_says(asset_id, chat_id, "hello?").await.1;
    (asset_id, seq)
}

async fn letters(installation: &Installation) -> Vec<Value> {
    installation.json(&["dead", "list"]).await["dead_letters"].as_array().unwrap().clone()
}

async fn become_known(db: &PgPool, asset_id: AssetId) {
    sqlx::query(
        "with customer as (insert into customers (customer_id, name) values (gen_random_uuid(), 'Acorn') returning customer_id)
         insert into assets (asset_id, customer_id, name) select $1, customer_id, 'DESK-02' from customer",
    )
    .bind(asset_id)
    .execute(db)
    .await
    .unwrap();
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_letter_is_replayed_once_what_it_lacked_is_there_and_what_is_still_refused_stays(db: PgPool) {
    let installation = Installation::new(db.clone()).await;
    let mut persistence = installation.trayline(&["work", "persistence"]);
    persistence.start();
    let (known, seq) = refused(&installation).await;
    let (_, stays) = refused(&installation).await;
    eventually("both are dead letters", async || letters(&installation).await.len() == 2).await;

    let ran = installation.run(&["dead", "replay", "--all"]).await;
    assert!(ran.code == Some(1) && ran.printed.matches("not handled").count() == 2, "{ran:?}");
    become_known(&db, known).await;
    let replayed = installation.json(&["dead", "replay", "--worker", "persistence"]).await;

    let handled: Vec<_> = replayed["replayed"].as_array().unwrap().iter().map(|of| of["handled"].clone()).collect();
    assert_eq!(handled, [json!(true), json!(false)]);
    let left: Vec<_> = letters(&installation).await.iter().map(|letter| letter["seq"].clone()).collect();
    assert_eq!(left, [json!(stays)]);
    let rows: Vec<(i64, String)> = sqlx::query_as("select seq, body from messages").fetch_all(&db).await.unwrap();
    assert_eq!(rows, [(i64::try_from(seq).unwrap(), "hello?".to_owned())]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_letter_without_its_message_is_replayed_from_the_log_and_one_of_a_kind_that_was_unknown_too(db: PgPool) {
    let installation = Installation::new(db.clone()).await;
    let asset_id = installation.bench.asset().await;
    let by = Author::Technician { technician_id: TechnicianId::new(), name: Line::new("Priya").unwrap() };
    let (message_id, written_at) = (MessageId::new(), DateTime::UNIX_EPOCH);
    let fact = Fact::Said(Said { message_id, by, text: Text::new("x".repeat(16 * 1024)).unwrap(), written_at });
    let subject = ChatSubject::new(asset_id, ChatId::new(), Leaf::SaidTechnician);
    let seq = installation.bench.web_log.append(&subject, &fact).await.unwrap().seq;
    // As a version would have written it that did not know the kind, about a message too large for a letter.
    let place = ("CHAT", seq, written_at);
    let letter = DeadLetter::new("unknown kind \"said.v1\"", place, &subject.to_string(), &fact.encode(), 0);
    assert_eq!(letter.payload, None);
    installation.bench.log.bury(consumer::PERSISTENCE, &letter).await.unwrap();

    let shown = installation.json(&["dead", "show", "1"]).await;
    assert_eq!(shown["payload"], json!(String::from_utf8(fact.encode()).unwrap()));
    let ran = installation.run(&["dead", "replay", "1"]).await;

    assert_eq!((ran.code, ran.printed.trim()), (Some(0), "1: handled"));
    assert_eq!(letters(&installation).await, Vec::<Value>::new());
    let stored: MessageId = sqlx::query_scalar("select message_id from messages").fetch_one(&db).await.unwrap();
    assert_eq!(stored, message_id);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn letters_are_thrown_away_by_number_and_not_without_being_asked(db: PgPool) {
    let installation = Installation::new(db).await;
    let operator = installation.bench.broker.log(Role::Operator).await;
    let place = |seq| ("TIMER", seq, DateTime::UNIX_EPOCH);
    for (consumer, seq) in [(consumer::PING, 1), (consumer::UNAVAILABLE_DUE, 2), (consumer::PING, 3)] {
        let letter = DeadLetter::new("why", place(seq), "due.unavailable.x", b"{", 100_000);
        installation.bench.log.bury(consumer, &letter).await.unwrap();
    }

    let ran = installation.run(&["dead", "discard", "1"]).await;
    assert_eq!((ran.code, operator.dead_letters(0).await.unwrap().len()), (Some(1), 3));
    assert_eq!(installation.run(&["dead", "discard", "1", "--yes"]).await.code, Some(0));
    // A worker's letters are those of all its consumers.
    let of_worker = installation.json(&["dead", "list", "--worker", "unavailable"]).await;
    assert_eq!(of_worker["dead_letters"].as_array().unwrap().len(), 1);
    assert_eq!(installation.run(&["dead", "discard", "--worker", "unavailable", "--yes"]).await.code, Some(0));

    let left = operator.dead_letters(0).await.unwrap();
    assert_eq!(left.iter().map(|buried| buried.letter_seq).collect::<Vec<_>>(), [3]);
    assert_eq!(installation.run(&["dead", "discard", "9", "--yes"]).await.code, Some(1));
}
