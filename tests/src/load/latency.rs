//! Steady rates: how long a message takes from the device to the technician and to Postgres, beside what the broker
//! itself takes from a publisher to an ordered consumer.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use async_nats::jetstream::consumer::{DeliverPolicy, pull};
use async_nats::jetstream::{self, stream};
use broker_config::{AssetId, ChatId};
use futures::StreamExt;
use hdrhistogram::Histogram;

use super::fleet::Fleet;
use super::installation::Installation;
use super::messages::{Heard, Identified, Moments, Outgoing};
use super::options::Scale;
use super::pace::steadily;
use super::report::{Aim, Report, histogram};
use super::socket::Technician;
use crate::eventually;

/// Messages per second.
const RATES: [u32; 2] = [200, 2_000];

/// Ours must be under so many times the broker's own.
const AIM: f64 = 2.0;

/// What is left out at the beginning of each stretch: connections and caches warm up.
const WARM_UP: Duration = Duration::from_secs(1);

/// How long each message took, stage by stage.
struct Stages {
    broker_own: Histogram<u64>,
    acknowledged: Histogram<u64>,
    fed: Histogram<u64>,
    shown: Histogram<u64>,
    stored: Histogram<u64>,
}

/// Measures parts (b) and (c). `when` says how much is stored.
pub(super) async fn measure(
    installation: &Installation,
    fleet: &Fleet,
    technician: &Technician,
    scale: &Scale,
    when: &str,
    report: &mut Report,
) {
    let shown = Heard::default();
    let socket = technician.listen(shown.clone()).await;
    let yardstick = Yardstick::new(installation).await;
    for rate in RATES {
        let mut stages = Stages::new();
        for _ in 0..Scale::STRETCHES {
            report.progress(&format!("(b) (c) {rate} messages/s, {when}"));
            yardstick.run(rate, scale.stretch, &mut stages).await;
            ours(installation, fleet, &shown, rate, scale.stretch, &mut stages).await;
        }
        if rate == RATES[RATES.len() - 1] {
            report.memory(installation, &format!("after {rate} messages/s, {when}"));
        }
        stages.report(rate, when, report);
    }
    socket.abort();
}

/// One stretch from the devices.
async fn ours(
    installation: &Installation,
    fleet: &Fleet,
    shown: &Heard,
    rate: u32,
    stretch: Duration,
    stages: &mut Stages,
) {
    let mut sent = Vec::new();
    let mut chats = Vec::new();
    let count = {
        let (sent, chats) = (&mut sent, &mut chats);
        steadily(rate, stretch + WARM_UP, move |number| {
            let device = &fleet.devices[number % fleet.devices.len()];
            let outgoing = Outgoing::new(device.asset_id, device.chat_id);
            sent.push((outgoing.message_id, Instant::now()));
            chats.push(device.chat_id);
            device.send(outgoing)
        })
        .await
    };
    let heard = &fleet.heard;
    let all = [&heard.acknowledged, &heard.fed, shown, &heard.stored];
    eventually("every message is acknowledged, fed, shown and stored", || async {
        all.iter().all(|heard| heard.count() >= count)
    })
    .await;
    for (heard, histogram) in all.into_iter().zip(stages.ours()) {
        record(histogram, &sent, heard.take());
    }
    verify(installation, &sent, &chats).await;
}

/// Every message that was said to be stored is in the table, in its chat.
async fn verify(installation: &Installation, sent: &Moments, chats: &[ChatId]) {
    let message_ids: Vec<_> = sent.iter().map(|(message_id, _)| message_id.uuid()).collect();
    let chat_ids: Vec<_> = chats.iter().map(|chat_id| chat_id.uuid()).collect();
    let found: i64 = sqlx::query_scalar(
        "select count(*)
         from unnest($1::uuid[], $2::uuid[]) as sent (chat_id, message_id)
         join messages using (chat_id, message_id)",
    )
    .bind(&chat_ids)
    .bind(&message_ids)
    .fetch_one(&installation.db)
    .await
    .expect("a count");
    assert_eq!(usize::try_from(found).ok(), Some(sent.len()), "every message with a receipt is in the table");
}

/// The broker's own: one publisher, one ordered consumer, a plain stream.
struct Yardstick<'a> {
    installation: &'a Installation,
    heard: Heard,
    listening: tokio::task::JoinHandle<()>,
}

impl<'a> Yardstick<'a> {
    async fn new(installation: &'a Installation) -> Self {
        let jetstream = jetstream::new(installation.client.clone());
        let config = stream::Config {
            name: "YARDSTICK".to_owned(),
            subjects: vec!["yardstick".to_owned()],
            ..stream::Config::default()
        };
        let stream = jetstream.get_or_create_stream(config).await.expect("a stream");
        let ordered = pull::OrderedConfig { deliver_policy: DeliverPolicy::New, ..pull::OrderedConfig::default() };
        let consumer = stream.create_consumer(ordered).await.expect("a consumer");
        let mut messages = consumer.messages().await.expect("messages");
        let heard = Heard::default();
        let noting = heard.clone();
        let listening = tokio::spawn(async move {
            while let Some(message) = messages.next().await {
                let at = Instant::now();
                let message = message.expect("a message");
                let Identified { message_id } = serde_json::from_slice(&message.payload).expect("a fact");
                noting.note(message_id, at);
            }
        });
        Self { installation, heard, listening }
    }

    async fn run(&self, rate: u32, stretch: Duration, stages: &mut Stages) {
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
                let publish = client.publish_with_reply("yardstick", inbox.clone(), outgoing.payload.into());
                async { publish.await.expect("published") }
            })
            .await
        };
        eventually("the broker's consumer hears every message", || async { self.heard.count() >= count }).await;
        drain.abort();
        record(&mut stages.broker_own, &sent, self.heard.take());
    }
}

impl Drop for Yardstick<'_> {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// Records how long it took from `sent` to `heard`, but for what was sent while warming up.
fn record(histogram: &mut Histogram<u64>, sent: &Moments, heard: Moments) {
    let Some((_, first)) = sent.first() else { return };
    let counted = sent.iter().filter(|(_, at)| *at - *first >= WARM_UP).copied();
    let mut sent: HashMap<_, _> = counted.collect();
    for (message_id, heard_at) in heard {
        // The first time counts: a receipt may come twice.
        if let Some(sent_at) = sent.remove(&message_id) {
            let micros = u64::try_from((heard_at - sent_at).as_micros()).unwrap_or(u64::MAX);
            histogram.saturating_record(micros);
        }
    }
    assert!(sent.is_empty(), "{} messages were never heard of", sent.len());
}

impl Stages {
    fn new() -> Self {
        Self {
            broker_own: histogram(),
            acknowledged: histogram(),
            fed: histogram(),
            shown: histogram(),
            stored: histogram(),
        }
    }

    fn ours(&mut self) -> [&mut Histogram<u64>; 4] {
        [&mut self.acknowledged, &mut self.fed, &mut self.shown, &mut self.stored]
    }

    fn report(&self, rate: u32, when: &str, report: &mut Report) {
        let stages = [
            ("b", "publish to ordered consumer, the broker's own", &self.broker_own),
            ("b", "device's send to broker's acknowledgement", &self.acknowledged),
            ("b", "device's send to device's feed", &self.fed),
            ("b", "device's send to technician's socket", &self.shown),
            ("c", "device's send to receipt, which follows the commit", &self.stored),
        ];
        for (part, name, histogram) in stages {
            report.add_latency(part, &format!("{name}, {rate}/s, {when}"), histogram);
        }
        let p50 =
            |histogram: &Histogram<u64>| f64::from(u32::try_from(histogram.value_at_quantile(0.5)).unwrap_or(u32::MAX));
        let ratio = p50(&self.shown) / p50(&self.broker_own);
        let n = usize::try_from(self.shown.len()).unwrap_or(usize::MAX);
        report.add("b", &format!("socket / broker's own, p50, {rate}/s, {when}"), ratio, "", n).aims(Aim::Under(AIM));
    }
}
