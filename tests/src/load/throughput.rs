//! Full load: the bare pipeline and ours, by turns, on the same broker and the same Postgres.

use std::collections::BTreeMap;
use std::time::Instant;

use broker_config::{AssetId, ChatId};
use rand::seq::IndexedRandom;
use serde_json::json;

use super::bare::Bare;
use super::ground::Publish;
use super::installation::Installation;
use super::messages::Outgoing;
use super::options::Scale;
use super::report::{Aim, Report, median};
use super::usage::{cpu_seconds, cpu_seconds_alone};

/// Among how many chats of how many assets messages are spread, at random.
const CHATS: usize = 2_000;
const ASSETS: usize = 400;

/// Our rate must be at least this part of the bare one's.
const AIM: f64 = 0.7;

/// Measures part (a).
pub(super) async fn measure(installation: &Installation, scale: &Scale, report: &mut Report) {
    let chats = open_chats(installation).await;
    let bare = Bare::new(installation).await;

    let (mut bare_rates, mut our_rates) = (Vec::new(), Vec::new());
    let (mut bare_cpu, mut our_cpu) = (Cpu::default(), Cpu::default());
    for round in 1..=scale.rounds {
        report.progress(&format!("(a) full load, round {round} of {}", scale.rounds));
        let (bare_messages, our_messages) = (messages(&chats, scale.messages), messages(&chats, scale.messages));
        let began = Cpu::so_far(installation);
        bare_rates.push(bare.run(bare_messages).await);
        let turned = Cpu::so_far(installation);
        our_rates.push(ours(installation, our_messages).await);
        bare_cpu.add(&began, &turned);
        our_cpu.add(&turned, &Cpu::so_far(installation));
    }
    close_chats(installation, &chats).await;

    let n = scale.messages * scale.rounds;
    let ratio = median(&our_rates) / median(&bare_rates);
    report.add("a", "bare pipeline, full load, median", median(&bare_rates), "messages/s", n);
    report.add("a", "ours, full load, median", median(&our_rates), "messages/s", n);
    report.add("a", "ours / bare", ratio, "", n).aims(Aim::AtLeast(AIM));
    report.add("a", "bare pipeline, CPU of all processes per message", bare_cpu.micros(n), "us", n);
    report.add("a", "ours, CPU of all processes per message", our_cpu.micros(n), "us", n);
    report.detail("a_rates", &json!({ "bare": bare_rates, "ours": our_rates }));
    report.detail("a_cpu_seconds", &json!({ "bare": bare_cpu.0, "ours": our_cpu.0 }));
}

/// The CPU time of every process that takes part, in seconds.
#[derive(Default)]
struct Cpu(BTreeMap<&'static str, f64>);

impl Cpu {
    /// Since each of them started.
    fn so_far(installation: &Installation) -> Self {
        let mut seconds: BTreeMap<_, _> =
            installation.processes().into_iter().map(|(name, pid)| (name, cpu_seconds(pid))).collect();
        seconds.insert("the benchmark itself", cpu_seconds_alone(std::process::id()));
        Self(seconds)
    }

    /// Adds what was used between two moments.
    fn add(&mut self, began: &Self, ended: &Self) {
        for (name, seconds) in &ended.0 {
            *self.0.entry(name).or_default() += seconds - began.0.get(name).unwrap_or(&0.0);
        }
    }

    /// Of all of them, per message.
    #[expect(clippy::cast_precision_loss, reason = "counts here are far below 2^52")]
    fn micros(&self, messages: usize) -> f64 {
        self.0.values().sum::<f64>() * 1e6 / messages as f64
    }
}

/// Measures ours once more. `when` says how much is stored by then.
pub(super) async fn measure_again(installation: &Installation, scale: &Scale, when: &str, report: &mut Report) {
    report.progress(&format!("(a) full load, {when}"));
    let chats = open_chats(installation).await;
    let rate = ours(installation, messages(&chats, scale.messages)).await;
    close_chats(installation, &chats).await;
    report.add("a", &format!("ours, full load, {when}"), rate, "messages/s", scale.messages);
}

async fn open_chats(installation: &Installation) -> Vec<(AssetId, ChatId)> {
    let asset_ids = installation.add_assets(ASSETS).await;
    let chats: Vec<_> = asset_ids.iter().cycle().take(CHATS).map(|asset_id| (*asset_id, ChatId::new())).collect();
    installation.publish(chats.iter().map(|(asset_id, chat_id)| Publish::opened(*asset_id, *chat_id))).await;
    installation.all_stored().await;
    chats
}

async fn close_chats(installation: &Installation, chats: &[(AssetId, ChatId)]) {
    installation.publish(chats.iter().map(|(asset_id, chat_id)| Publish::closed(*asset_id, *chat_id))).await;
    installation.all_stored().await;
}

/// Sends through the log and `trayline work persistence`. Gives messages per second, from the first publish until all are
/// in Postgres and acknowledged.
async fn ours(installation: &Installation, messages: Vec<(ChatId, Outgoing)>) -> f64 {
    let before = installation.messages_stored().await;
    let count = messages.len();
    let began = Instant::now();
    installation.publish(messages.into_iter().map(|(_, outgoing)| Publish::fact(outgoing))).await;
    installation.all_stored().await;
    let rate = rate(count, began);
    assert_eq!(installation.messages_stored().await, before + count, "every message is stored once");
    rate
}

fn messages(chats: &[(AssetId, ChatId)], count: usize) -> Vec<(ChatId, Outgoing)> {
    let mut random = rand::rng();
    let chosen = (0..count).filter_map(|_| chats.choose(&mut random));
    chosen.map(|(asset_id, chat_id)| (*chat_id, Outgoing::new(*asset_id, *chat_id))).collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts here are far below 2^52")]
pub(super) fn rate(count: usize, began: Instant) -> f64 {
    count as f64 / began.elapsed().as_secs_f64()
}
