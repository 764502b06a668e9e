//! The yardstick: the least that a pipeline from the broker to Postgres can do. A plain stream, no ids, no decoding but
//! of the chat in the subject, one table with a primary key and one index, explicit acknowledgements.

use std::time::{Duration, Instant};

use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use async_nats::jetstream::stream::Stream;
use async_nats::jetstream::{self, Message};
use broker_config::ChatId;
use futures::StreamExt;
use sqlx::PgPool;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::ground::Publish;
use super::installation::Installation;
use super::messages::Outgoing;
use super::throughput::rate;

/// The stream, and the subjects that it has.
const STREAM: &str = "BARE";
const SUBJECTS: &str = "bare.*";

/// Facts in one insert, as many as `trayline work persistence` takes.
const BATCH: usize = 2000;

/// The bare pipeline's stream and table.
pub(super) struct Bare<'a> {
    installation: &'a Installation,
    stream: Stream,
}

impl<'a> Bare<'a> {
    pub(super) async fn new(installation: &'a Installation) -> Self {
        let jetstream = jetstream::new(installation.client.clone());
        let config = jetstream::stream::Config {
            name: STREAM.to_owned(),
            subjects: vec![SUBJECTS.to_owned()],
            ..jetstream::stream::Config::default()
        };
        let stream = jetstream.get_or_create_stream(config).await.expect("a stream");
        sqlx::raw_sql(
            "create table if not exists messages (seq bigint primary key, chat_id uuid not null, body text not null);
             create index if not exists messages_by_chat on messages (chat_id, seq);",
        )
        .execute(&installation.bare_db)
        .await
        .expect("a table");
        Self { installation, stream }
    }

    /// Sends the messages through. Gives messages per second, from the first publish until all are inserted and
    /// acknowledged.
    pub(super) async fn run(&self, messages: Vec<(ChatId, Outgoing)>) -> f64 {
        let config = pull::Config {
            durable_name: Some("bare".to_owned()),
            ack_policy: AckPolicy::Explicit,
            ack_wait: Duration::from_mins(1),
            max_ack_pending: 20_000,
            ..pull::Config::default()
        };
        let consumer = self.stream.get_or_create_consumer("bare", config).await.expect("a consumer");
        let count = messages.len();
        let messages = messages.into_iter().map(|(chat_id, outgoing)| Publish::bare(outgoing.bare(chat_id)));
        let began = Instant::now();
        tokio::join!(self.installation.publish(messages), consume(consumer, &self.installation.bare_db, count));
        self.installation.client.flush().await.expect("flushed");
        rate(count, began)
    }
}

/// Pulls, and meanwhile inserts and acknowledges what was pulled.
async fn consume(consumer: PullConsumer, db: &PgPool, count: usize) {
    let (sender, mut pulled) = mpsc::channel(BATCH);
    let pulling = tokio::spawn(async move {
        let mut messages = consumer.stream().max_messages_per_batch(2 * BATCH).messages().await.expect("a stream");
        while let Some(message) = messages.next().await {
            if sender.send(message.expect("a message")).await.is_err() {
                return;
            }
        }
    });
    let (mut batch, mut inserted) = (Vec::with_capacity(BATCH), 0);
    while inserted < count && pulled.recv_many(&mut batch, BATCH).await > 0 {
        insert(db, &batch).await;
        inserted += batch.len();
        for message in batch.drain(..) {
            message.ack().await.expect("acknowledged");
        }
    }
    pulling.abort();
}

async fn insert(db: &PgPool, batch: &[Message]) {
    let seqs: Vec<_> =
        batch.iter().map(|message| message.info().expect("a place").stream_sequence.cast_signed()).collect();
    let chat_ids: Vec<_> = batch.iter().map(chat_id).collect();
    let bodies: Vec<_> = batch.iter().map(|message| str::from_utf8(&message.payload).expect("text")).collect();
    sqlx::query(
        "insert into messages (seq, chat_id, body)
         select *
         from unnest($1::bigint[], $2::uuid[], $3::text[])
         on conflict do nothing",
    )
    .bind(&seqs)
    .bind(&chat_ids)
    .bind(&bodies)
    .execute(db)
    .await
    .expect("inserted");
}

fn chat_id(message: &Message) -> Uuid {
    message.subject.strip_prefix("bare.").and_then(|chat_id| chat_id.parse().ok()).expect("a chat")
}
