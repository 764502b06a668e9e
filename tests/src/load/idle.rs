//! What devices cost that are connected and have nothing to say.

use std::time::Duration;

use broker_config::AssetId;
use serde_json::json;

use super::fleet::Fleet;
use super::installation::Installation;
use super::options::Scale;
use super::report::Report;
use super::usage::{cpu_seconds, memory};

/// How long the broker has to come to rest before it is looked at.
const REST: Duration = Duration::from_secs(3);

/// How many files a process has open beside its devices' sockets, at most.
const OTHER_FILES: u64 = 200;

/// Measures the broker's part of (d). A process may have `files` files open.
pub(super) async fn measure(installation: &Installation, scale: &Scale, files: u64, report: &mut Report) {
    let broker = installation.broker.pid();
    let before = memory(broker);
    let cpu_before = cpu_per_second(broker, scale.watched).await;
    let mut fleets: Vec<Fleet> = Vec::new();
    for count in scale.idle {
        if files < count as u64 + OTHER_FILES {
            report.progress(&format!(
                "(d) {count} idle devices are NOT measured: only {files} files may be open (ulimit -n)"
            ));
            continue;
        }
        report.progress(&format!("(d) {count} idle devices"));
        let connected = fleets.iter().map(|fleet| fleet.devices.len()).sum::<usize>();
        let more: Vec<_> = (connected..count).map(|_| AssetId::new()).collect();
        let began = std::time::Instant::now();
        fleets.push(Fleet::connect(installation, &more).await);
        let connects = super::throughput::rate(more.len(), began);
        tokio::time::sleep(REST).await;
        let after = memory(broker);
        let cpu = cpu_per_second(broker, scale.watched).await - cpu_before;

        let devices = f64::from(u32::try_from(count).expect("a number of devices"));
        let per_device = |after: u64, before: u64| (int(after) - int(before)) / 1024.0 / devices;
        let name = |what: &str| format!("{what}, {count} idle devices");
        let resident = per_device(after.resident, before.resident);
        report.add("d", &name("nats-server, resident memory per device"), resident, "KiB", count);
        let private = per_device(after.private, before.private);
        report.add("d", &name("nats-server, private memory per device"), private, "KiB", count);
        report.add("d", &name("nats-server, CPU of all of them"), cpu * 100.0, "% of a core", count);
        report.add("d", &name("devices connected"), connects, "devices/s", more.len());
        report.detail(&format!("idle_{count}"), &json!({ "before": before, "after": after, "cpu_before": cpu_before }));
    }
}

/// The CPU seconds that a process uses in a second.
pub(super) async fn cpu_per_second(pid: u32, watched: Duration) -> f64 {
    let before = cpu_seconds(pid);
    tokio::time::sleep(watched).await;
    (cpu_seconds(pid) - before) / watched.as_secs_f64()
}

#[expect(clippy::cast_precision_loss, reason = "bytes of memory are far below 2^52")]
pub(super) fn int(bytes: u64) -> f64 {
    bytes as f64
}
