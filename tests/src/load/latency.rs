//! Steady rates: how long a message takes from the device to the technician and to Postgres, beside what the broker
//! itself takes for the same messages, at the same time, to an ordered consumer of the benchmark's.

mod quiet;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use broker_config::{ChatId, stream};
use hdrhistogram::Histogram;

use super::fleet::Fleet;
use super::installation::Installation;
use super::messages::{Heard, Moments, Outgoing};
use super::options::Scale;
use super::pace::steadily;
use super::report::{Aim, Report, histogram};
use super::socket::Technician;
use crate::eventually;

use quiet::{Quiet, consume};

/// Messages per second.
const RATES: [u32; 2] = [200, 2_000];

/// Ours must be under so many times the broker's own.
const AIM: f64 = 2.0;

/// What is left out at the beginning of each stretch: connections and caches warm up.
const WARM_UP: Duration = Duration::from_secs(1);

/// How long each message took, stage by stage.
struct Stages {
    quiet: Histogram<u64>,
    acknowledged: Histogram<u64>,
    fed: Histogram<u64>,
    consumed: Histogram<u64>,
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
    let (shown, consumed) = (Heard::default(), Heard::default());
    let socket = technician.listen(shown.clone()).await;
    let listening = consume(installation, stream::CHAT, consumed.clone()).await;
    let quiet = Quiet::new(installation).await;
    for rate in RATES {
        let mut stages = Stages::new();
        for _ in 0..Scale::STRETCHES {
            report.progress(&format!("(b) (c) {rate} messages/s, {when}"));
            quiet.run(rate, scale.stretch, &mut stages.quiet).await;
            ours(installation, fleet, [&consumed, &shown], rate, scale.stretch, &mut stages).await;
        }
        if rate == RATES[RATES.len() - 1] {
            report.memory(installation, &format!("after {rate} messages/s, {when}"));
        }
        stages.report(rate, when, report);
    }
    socket.abort();
    listening.abort();
}

/// One stretch from the devices.
async fn ours(
    installation: &Installation,
    fleet: &Fleet,
    [consumed, shown]: [&Heard; 2],
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
    let all = [&heard.acknowledged, &heard.fed, consumed, shown, &heard.stored];
    eventually("every message is acknowledged, fed, consumed, shown and stored", || async {
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
            quiet: histogram(),
            acknowledged: histogram(),
            fed: histogram(),
            consumed: histogram(),
            shown: histogram(),
            stored: histogram(),
        }
    }

    fn ours(&mut self) -> [&mut Histogram<u64>; 5] {
        [&mut self.acknowledged, &mut self.fed, &mut self.consumed, &mut self.shown, &mut self.stored]
    }

    fn report(&self, rate: u32, when: &str, report: &mut Report) {
        let stages = [
            ("b", "the broker alone, one publisher to an ordered consumer", &self.quiet),
            ("b", "device's send to broker's acknowledgement", &self.acknowledged),
            ("b", "device's send to device's feed", &self.fed),
            ("b", "device's send to an ordered consumer, the broker's own", &self.consumed),
            ("b", "device's send to technician's socket", &self.shown),
            ("c", "device's send to receipt, which follows the commit", &self.stored),
        ];
        for (part, name, histogram) in stages {
            report.add_latency(part, &format!("{name}, {rate}/s, {when}"), histogram);
        }
        let p50 =
            |histogram: &Histogram<u64>| f64::from(u32::try_from(histogram.value_at_quantile(0.5)).unwrap_or(u32::MAX));
        let n = usize::try_from(self.shown.len()).unwrap_or(usize::MAX);
        let ratio = p50(&self.shown) / p50(&self.quiet);
        report.add("b", &format!("socket / the broker alone, p50, {rate}/s, {when}"), ratio, "", n);
        let ratio = p50(&self.shown) / p50(&self.consumed);
        report.add("b", &format!("socket / broker's own, p50, {rate}/s, {when}"), ratio, "", n).aims(Aim::Under(AIM));
    }
}
