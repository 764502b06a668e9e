//! 1,000 people wait, the broker and a worker are killed, and each is told once that nobody is available.

use std::collections::BTreeMap;
use std::time::Duration;

use broker_config::{
    AssetId, Author, ChatId, ChatSubject, Clock, CustomerId, Fact, Leaf, Line, Log, MessageId, Opened, Role, Said,
    SystemClock, Text, consumer, stream,
};
use futures::{StreamExt, TryStreamExt, stream as futures_stream};
use serde_json::json;
use sqlx::PgPool;
use tests::{Bench, Program, eventually};
use tokio::time::sleep;

const CHATS: usize = 1000;

/// How long the policy lets them wait: long enough that all of them have written before the first is due.
const POLICY_SECONDS: u32 = 8;

const APPENDS_AT_ONCE: usize = 64;

/// Longer than the broker keeps a killed worker's messages from the others.
const LONG_ENOUGH: Duration = Duration::from_secs(15);

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn of_1000_who_wait_each_is_told_once_though_the_broker_and_a_worker_are_killed(db: PgPool) {
    let mut bench = Bench::new(db).await;
    let chats = estate(&bench.db).await;
    let mut workers: [Program; 3] = std::array::from_fn(|_| bench.program(&["work", "unavailable"]));
    workers.iter_mut().for_each(Program::start);
    let log = bench.broker.log(Role::Operator).await;
    everybody_writes(&log, &chats).await;
    handled(&log, stream::CHAT, consumer::UNAVAILABLE).await;

    bench.broker.kill();
    sleep(Duration::from_secs(2)).await;
    bench.broker.restart().await;
    eventually("some have been told", async || said(&log).await.is_ok_and(|said| said.len() > CHATS / 20)).await;
    workers[0].kill();

    eventually("all have been told", async || said(&log).await.is_ok_and(|said| said.len() == CHATS)).await;
    sleep(LONG_ENOUGH).await;
    handled(&log, stream::TIMER, consumer::UNAVAILABLE_DUE).await;

    let told = said(&log).await.unwrap();
    let expected: BTreeMap<_, _> = chats.iter().map(|(_, chat_id)| (*chat_id, 1)).collect();
    assert_eq!(told, expected);
}

/// As many assets as there are chats, under a policy that lets people wait for some seconds.
async fn estate(db: &PgPool) -> Vec<(AssetId, ChatId)> {
    let live_chat = json!({ "unavailable_message": "Nobody is here.", "unavailable_seconds": POLICY_SECONDS });
    sqlx::query("update policies set live_chat = $1").bind(live_chat).execute(db).await.unwrap();
    let customer_id = CustomerId::new();
    sqlx::query("insert into customers (customer_id, name) values ($1, 'Bluebell Dental')")
        .bind(customer_id)
        .execute(db)
        .await
        .unwrap();
    let chats: Vec<_> = (0..CHATS).map(|_| (AssetId::new(), ChatId::new())).collect();
    let asset_ids: Vec<_> = chats.iter().map(|(asset_id, _)| asset_id.uuid()).collect();
    sqlx::query(
        "insert into assets (asset_id, customer_id, name) select asset_id, $2, 'PC' from unnest($1) as t (asset_id)",
    )
    .bind(asset_ids)
    .bind(customer_id)
    .execute(db)
    .await
    .unwrap();
    chats
}

/// Opens every chat and says something in it, as the devices would.
async fn everybody_writes(log: &Log, chats: &[(AssetId, ChatId)]) {
    let writing = chats.iter().map(|(asset_id, chat_id)| async move {
        let by = Author::Client { session_user: Some(Line::new("ann").unwrap()) };
        let opened = Fact::Opened(Opened { by: by.clone(), entry_id: None });
        log.append_state(&ChatSubject::new(*asset_id, *chat_id, Leaf::Opened), 0, &opened).await?;
        let text = Text::new("anyone there?").unwrap();
        let said = Fact::Said(Said { message_id: MessageId::new(), by, text, written_at: SystemClock.now() });
        log.append(&ChatSubject::new(*asset_id, *chat_id, Leaf::SaidClient), &said).await
    });
    futures_stream::iter(writing).buffer_unordered(APPENDS_AT_ONCE).try_collect::<Vec<_>>().await.unwrap();
}

/// How often each chat's client was told.
async fn said(log: &Log) -> Result<BTreeMap<ChatId, usize>, broker_config::ReadError> {
    let (mut told, mut upto) = (BTreeMap::new(), 0);
    loop {
        let tail = log.tail("chat.*.*.said.system", upto, 1 << 20).await?;
        for logged in tail.facts {
            *told.entry(logged.subject.chat_id).or_default() += 1;
        }
        if !tail.more {
            return Ok(told);
        }
        upto = tail.upto;
    }
}

/// Waits until a consumer's worker has handled all that there is.
async fn handled(log: &Log, stream: &str, consumer: &str) {
    let stream = log.jetstream().get_stream_no_info(stream).await.unwrap();
    eventually("the workers have caught up", async || {
        let info = stream.consumer_info(consumer).await;
        info.is_ok_and(|info| info.num_pending == 0 && info.num_ack_pending == 0)
    })
    .await;
}
