//! What comes after an erasure was asked for: a killed job, late facts, and what is not part of it.

use broker_config::{ChatId, ChatSubject, Leaf, LiveLeaf, LiveSubject, Receipts, Role, consumer, stream, subject};
use futures::StreamExt;
use serde_json::json;
use sqlx::PgPool;
use store::data_subjects::DataSubject;
use store::erasures;
use tests::eventually;
use workers::housekeeping::Job;
use workers::persistence::Persistence;
use workers::runner::BatchWorker;

use super::marmalade::{finish, messages_with_it, request, say_it, tables_with_it, theirs};
use crate::housekeeping::chats::close;
use crate::housekeeping::upkeep::Upkeep;

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
