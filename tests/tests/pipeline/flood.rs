//! A device that floods, beside one that chats.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use broker_config::{Author, ChatId, ChatSubject, Clock, Fact, Leaf, MessageId, Said, SystemClock, Text, subject};
use futures::{FutureExt, StreamExt};
use sqlx::PgPool;
use tests::{Acknowledged, Bench, TestDevice, eventually};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use workers::presence::Presence;

use crate::running::Running;

/// 10,000 messages a second, in portions.
const PORTION: usize = 100;
const PORTION_EVERY: Duration = Duration::from_millis(10);

/// How much the other device says meanwhile, and how often.
const WORDS: usize = 100;
const WORD_EVERY: Duration = Duration::from_millis(50);

fn presence(bench: &Bench) -> Running {
    let worker = Presence::new(bench.db.clone(), bench.log.clone());
    Running::spawn(async move |shutdown| worker.run(&shutdown).await)
}

/// Sends without waiting for answers until `stop`. What the broker has acknowledged.
async fn flood(device: TestDevice, stop: CancellationToken) -> Vec<MessageId> {
    let subject = ChatSubject::new(device.asset_id, ChatId::new(), Leaf::SaidClient).to_string();
    let inbox = format!("{}.flood", subject::inbox_prefix(&device.asset_id.to_string()));
    let mut answers = device.client.subscribe(format!("{inbox}.*")).await.unwrap();
    let (mut sent, mut acknowledged) = (BTreeMap::new(), Vec::new());
    let mut portions = tokio::time::interval(PORTION_EVERY);
    portions.set_missed_tick_behavior(MissedTickBehavior::Burst);
    while !stop.is_cancelled() {
        portions.tick().await;
        for _ in 0..PORTION {
            let message_id = MessageId::new();
            let (by, text) = (Author::Client { session_user: None }, Text::new("buy").unwrap());
            let fact = Fact::Said(Said { message_id, by, text, written_at: SystemClock.now() });
            let reply = format!("{inbox}.{message_id}");
            sent.insert(reply.clone(), message_id);
            // While it is cut off, the client takes no more.
            let sending = device.client.publish_with_reply(subject.clone(), reply, fact.encode().into());
            _ = tokio::time::timeout(PORTION_EVERY, sending).await;
        }
        while let Some(Some(answer)) = answers.next().now_or_never() {
            let Acknowledged { error, .. } = serde_json::from_slice(&answer.payload).unwrap();
            acknowledged.extend(sent.remove(&answer.subject.to_string()).filter(|_| error.is_none()));
        }
    }
    acknowledged
}

async fn stored(bench: &Bench, said: &[MessageId]) -> usize {
    let said: Vec<_> = said.iter().map(|message_id| message_id.uuid()).collect();
    let stored =
        sqlx::query_scalar::<_, i64>("select count(distinct message_id) from messages where message_id = any($1)");
    usize::try_from(stored.bind(said).fetch_one(&bench.db).await.unwrap()).unwrap()
}

async fn count(bench: &Bench, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(&bench.db).await.unwrap()
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_device_that_sends_ten_thousand_a_second_is_cut_and_shown_and_nobody_loses_a_message(db: PgPool) {
    let bench = Bench::new(db).await;
    let running = [presence(&bench), presence(&bench), Running::persistence(&bench)];
    let (flooder, other) = (bench.device().await, bench.device().await);
    let (asset_id, connection) = (flooder.asset_id, flooder.client.clone());
    let stop = CancellationToken::new();
    let flooding = tokio::spawn(flood(flooder, stop.clone()));

    let chat_id = ChatId::new();
    assert_eq!(other.open(chat_id, 0).await.error, None);
    let mut said = Vec::new();
    for word in 0..WORDS {
        let (message_id, answer) = other.say(chat_id, &format!("word {word}")).await;
        assert_eq!(answer.error, None);
        said.push(message_id);
        tokio::time::sleep(WORD_EVERY).await;
    }
    let connects = || connection.statistics().connects.load(Ordering::Relaxed);
    eventually("the flooder is cut, again and again", async || connects() > 2).await;
    stop.cancel();
    let accepted = flooding.await.unwrap();

    eventually("all that the other said is stored", async || stored(&bench, &said).await == WORDS).await;
    eventually("all that was accepted is stored", async || stored(&bench, &accepted).await == accepted.len()).await;
    assert_eq!(other.client.statistics().connects.load(Ordering::Relaxed), 1);
    eventually("it is written down", async || !store::floods::of_the_last_day(&bench.db).await.unwrap().is_empty())
        .await;
    let shown = store::floods::of_the_last_day(&bench.db).await.unwrap();
    assert_eq!(shown.iter().map(|flood| flood.asset_id).collect::<Vec<_>>(), [asset_id]);
    assert!(shown[0].messages > 15_000, "{shown:?}");
    let (hours, audited) = (
        count(&bench, "select count(*) from device_floods").await,
        count(&bench, "select count(*) from audit_log where action = 'device.flooded'").await,
    );
    assert_eq!(audited, hours);
    for running in running {
        running.stop().await;
    }
}
