//! The broker alone, and how the benchmark listens to a stream.

use std::time::{Duration, Instant};

use async_nats::jetstream;
use async_nats::jetstream::consumer::{DeliverPolicy, pull};
use broker_config::{AssetId, ChatId};
use futures::StreamExt;
use hdrhistogram::Histogram;
use tokio::task::JoinHandle;

use super::{WARM_UP, record};
use crate::eventually;
use crate::load::installation::Installation;
use crate::load::messages::{Heard, Identified, Outgoing};
use crate::load::pace::steadily;

/// The plain stream on which the broker is measured alone, and its subject.
const QUIET: &str = "QUIET";
const QUIET_SUBJECT: &str = "quiet";

/// The broker when it does nothing else: one publisher in our account, one ordered consumer, a plain stream.
pub(super) struct Quiet<'a> {
    installation: &'a Installation,
    heard: Heard,
    listening: JoinHandle<()>,
}

impl<'a> Quiet<'a> {
    pub(super) async fn new(installation: &'a Installation) -> Self {
        let config = jetstream::stream::Config {
            name: QUIET.to_owned(),
            subjects: vec![QUIET_SUBJECT.to_owned()],
            ..jetstream::stream::Config::default()
        };
        let jetstream = jetstream::new(installation.client.clone());
        jetstream.get_or_create_stream(config).await.expect("a stream");
        let heard = Heard::default();
        let listening = consume(installation, QUIET, heard.clone()).await;
        Self { installation, heard, listening }
    }

    /// One stretch, recorded in `took`.
    pub(super) async fn run(&self, rate: u32, stretch: Duration, took: &mut Histogram<u64>) {
        let client = &self.installation.client;
        let inbox = client.new_inbox();
        let mut acknowledgements = client.subscribe(inbox.clone()).await.expect("subscribed");
        let drain = tokio::spawn(async move { while acknowledgements.next().await.is_some() {} });
        let mut sent = Vec::new();
        let (asset_id, chat_id) = (AssetId::new(), ChatId::new());
        let count = {
            let sent = &mut sent;
            steadily(rate, stretch + WARM_UP, move |_| {
                let outgoing = Outgoing::new(asset_id, chat_id);
                sent.push((outgoing.message_id, Instant::now()));
                let publish = client.publish_with_reply(QUIET_SUBJECT, inbox.clone(), outgoing.payload.into());
                async { publish.await.expect("published") }
            })
            .await
        };
        eventually("the broker's consumer hears every message", || async { self.heard.count() >= count }).await;
        drain.abort();
        record(took, &sent, self.heard.take());
    }
}

impl Drop for Quiet<'_> {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// Listens as one ordered consumer, over a connection of its own, and notes in `heard` when each message comes. Ends with
/// the task.
pub(super) async fn consume(installation: &Installation, stream: &str, heard: Heard) -> JoinHandle<()> {
    let jetstream = jetstream::new(installation.connect().await);
    let stream = jetstream.get_stream(stream).await.expect("a stream");
    let ordered = pull::OrderedConfig { deliver_policy: DeliverPolicy::New, ..pull::OrderedConfig::default() };
    let consumer = stream.create_consumer(ordered).await.expect("a consumer");
    let mut messages = consumer.messages().await.expect("messages");
    tokio::spawn(async move {
        while let Some(message) = messages.next().await {
            let at = Instant::now();
            let message = message.expect("a message");
            if let Ok(Identified { message_id }) = serde_json::from_slice(&message.payload) {
                heard.note(message_id, at);
            }
        }
    })
}
