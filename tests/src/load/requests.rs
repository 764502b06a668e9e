//! Single requests, one after the other: what a technician waits for a page, and a device for a sync.

use std::time::Instant;

use broker_config::{SyncAnswer, SyncRequest, Synced};

use super::fleet::{Device, Fleet};
use super::options::Scale;
use super::report::{Report, histogram};
use super::socket::Technician;
use crate::TestDevice;

/// Measures part (f). `when` says how much is stored.
pub(super) async fn measure(fleet: &Fleet, technician: &Technician, scale: &Scale, when: &str, report: &mut Report) {
    report.progress(&format!("(f) requests, {when}"));
    let chat = |number: usize| fleet.devices[number % fleet.devices.len()].chat_id;
    let list = |_| "/api/v1/chats?limit=50".to_owned();
    get(technician, scale, "f", &format!("list 50 chats, {when}"), list, report).await;
    let unassigned = |_| "/api/v1/chats?filter=unassigned&limit=50".to_owned();
    get(technician, scale, "f", &format!("list 50 unassigned chats, {when}"), unassigned, report).await;
    let messages = move |number| format!("/api/v1/chats/{}/messages?limit=50", chat(number));
    get(technician, scale, "f", &format!("show the last 50 messages of a chat, {when}"), messages, report).await;

    let (mut first, mut nothing_missed) = (histogram(), histogram());
    for number in 0..scale.requests {
        let device = &fleet.devices[number % fleet.devices.len()];
        let (synced, micros) = sync(device, 0).await;
        first.saturating_record(micros);
        let (_, micros) = sync(device, synced.upto).await;
        nothing_missed.saturating_record(micros);
    }
    report.add_latency("f", &format!("sync of a new device, {when}"), &first);
    report.add_latency("f", &format!("sync of a device that missed little, {when}"), &nothing_missed);
}

/// The lists of open chats: a name and the query of the address.
pub(super) const LISTS: [(&str, &str); 8] = [
    ("all chats", "filter=all"),
    ("my chats", "filter=mine"),
    ("my unread chats", "filter=mine_unread"),
    ("unassigned chats", "filter=unassigned"),
    ("search by a customer's name", "search=Customer"),
    ("search by an asset's name", "search=PC-01"),
    ("search by a text that many have", "search=printer"),
    ("search by what nothing has", "search=zzzzzz"),
];

/// Where a list is asked for.
pub(super) fn list_path(query: &str) -> String {
    format!("/api/v1/chats?limit=50&{query}")
}

/// Measures part (h): lists, filters and searches of so many open chats.
pub(super) async fn measure_lists(technician: &Technician, scale: &Scale, when: &str, report: &mut Report) {
    report.progress(&format!("(h) lists, {when}"));
    for (name, query) in LISTS {
        get(technician, scale, "h", &format!("{name}, {when}"), |_| list_path(query), report).await;
    }
    let path = |number: usize| format!("/api/v1/search?query=PC-{:02x}", number % 256);
    get(technician, scale, "h", &format!("search for everything, {when}"), path, report).await;
}

async fn get(
    technician: &Technician,
    scale: &Scale,
    part: &'static str,
    name: &str,
    path: impl Fn(usize) -> String,
    report: &mut Report,
) {
    let paths: Vec<_> = (0..scale.requests).map(path).collect();
    let technician = technician.clone();
    let measured = tokio::task::spawn_blocking(move || {
        let mut took = histogram();
        for path in paths {
            took.saturating_record(u64::try_from(technician.get(&path).as_micros()).unwrap_or(u64::MAX));
        }
        took
    });
    report.add_latency(part, name, &measured.await.expect("finished"));
}

async fn sync(device: &Device, after: u64) -> (Synced, u64) {
    let asker = TestDevice { asset_id: device.asset_id, client: device.client.clone() };
    let began = Instant::now();
    let answer = asker.sync(&SyncRequest { after, pending: Vec::new() }).await;
    let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
    match answer {
        SyncAnswer::Synced(synced) => (*synced, micros),
        SyncAnswer::Refused(refused) => panic!("a sync was refused: {}", refused.detail),
    }
}
