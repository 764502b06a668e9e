//! Reading the log as it grows, with one ordered consumer per process.
//!
//! The consumer is our own: the client library's begins at the first fact of the log when it is made anew before it has
//! delivered one, and takes half a minute to see that the broker lost it.

use std::convert::Infallible;
use std::time::Duration;

use async_nats::jetstream::Message;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, ReplayPolicy, pull};
use broker_config::{AssetId, Fact, Logged, ReadError, stream, subject};
use chrono::DateTime;
use futures::StreamExt;
use uuid::Uuid;

use crate::front::Front;
use crate::shape::ChatHeader;

use super::event::LiveEvent;
use super::hub::About;

/// How many facts are asked for at once.
const BATCH: usize = 500;

/// How many facts are handed on at once.
const CHUNK: usize = 256;

/// How often the broker says that the consumer is alive. Two silences in a row, and it is made anew.
const SIGN_OF_LIFE: Duration = Duration::from_secs(1);

/// How long one request for facts stands.
const REQUEST: Duration = Duration::from_secs(30);

/// How long the broker keeps a consumer of which it hears nothing.
const KEPT: Duration = Duration::from_secs(30);

/// The pauses between attempts.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

type Error = Box<dyn std::error::Error + Send + Sync>;

/// Tells the sockets every fact, from the end of the log as it is now. It outlives the broker's absences.
pub(super) async fn follow(front: &Front) {
    let mut pause = SHORTEST_PAUSE;
    loop {
        let before = front.live().hub.head();
        let Err(error) = read(front).await;
        if front.live().hub.head() != before {
            pause = SHORTEST_PAUSE;
        }
        tracing::warn!(error, "the log cannot be followed; trying again");
        tokio::time::sleep(pause).await;
        pause = LONGEST_PAUSE.min(pause * 2);
    }
}

/// Reads until something goes wrong.
async fn read(front: &Front) -> Result<Infallible, Error> {
    let hub = &front.live().hub;
    let head = begin(front).await?;
    let name = format!("live-{}", Uuid::now_v7().simple());
    let config = consumer_config(&name, head);
    let consumer = front.log().jetstream().create_consumer_on_stream(config, stream::CHAT).await?;
    let messages = consumer.stream().max_messages_per_batch(BATCH).expires(REQUEST).heartbeat(SIGN_OF_LIFE);
    let mut chunks = messages.messages().await?.ready_chunks(CHUNK);

    let mut delivered = 0;
    while let Some(chunk) = chunks.next().await {
        let mut facts = Vec::with_capacity(chunk.len());
        for message in chunk {
            let message = message?;
            let info = message.info()?;
            delivered += 1;
            if info.consumer_sequence != delivered {
                return Err("a fact was not delivered".into());
            }
            facts.push((info.stream_sequence, logged(&message)));
        }
        let opened = facts.iter().filter_map(|(_, logged)| logged.as_ref());
        let headers = super::resume::headers(front, opened).await;
        for (seq, logged) in facts {
            hub.tell_fact(seq, logged.map(|logged| (About::of(&logged), told(front, logged, &headers))));
        }
    }
    Err("the consumer ended".into())
}

/// Where to go on: after the last fact that was told, if the log still has what follows.
async fn begin(front: &Front) -> Result<u64, ReadError> {
    let hub = &front.live().hub;
    let (first, last) = front.log().bounds().await?;
    match hub.head() {
        Some(head) if head <= last && first <= head + 1 => Ok(head),
        told => {
            if told.is_some() {
                tracing::warn!(told, first, last, "the log went on without us; sockets begin anew");
            }
            front.live().assignees.forget();
            hub.begin_anew(last);
            Ok(last)
        }
    }
}

fn consumer_config(name: &str, head: u64) -> pull::Config {
    pull::Config {
        name: Some(name.to_owned()),
        description: Some("The live sockets of one web process".to_owned()),
        filter_subject: subject::ALL_CHATS.to_owned(),
        deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: head + 1 },
        ack_policy: AckPolicy::None,
        replay_policy: ReplayPolicy::Instant,
        max_deliver: 1,
        memory_storage: true,
        num_replicas: 1,
        inactive_threshold: KEPT,
        ..pull::Config::default()
    }
}

/// The fact, if it is one that belongs where it stands.
fn logged(message: &Message) -> Option<Logged> {
    let info = message.info().ok()?;
    let at = DateTime::from_timestamp(info.published.unix_timestamp(), info.published.nanosecond())?;
    let subject = message.subject.parse().ok()?;
    let fact = Fact::decode(&message.payload).ok().filter(|fact| fact.belongs_on(&subject))?;
    Some(Logged { seq: info.stream_sequence, at, subject, fact })
}

/// The fact as sockets are told it, once for all of them.
fn told(front: &Front, logged: Logged, headers: &[(AssetId, ChatHeader)]) -> axum::extract::ws::Utf8Bytes {
    if let Fact::Assigned(assigned) = &logged.fact {
        let to = assigned.to.as_ref().map(|to| to.technician_id);
        front.live().assignees.heard(logged.subject.chat_id, logged.seq, to);
    }
    let mut header = None;
    if matches!(logged.fact, Fact::Opened(_)) {
        let asset_id = logged.subject.asset_id;
        front.live().remember(logged.subject.chat_id, asset_id);
        header = headers.iter().find(|(of, _)| *of == asset_id).map(|(_, header)| header.clone());
    }
    LiveEvent::of(logged, header).text()
}
