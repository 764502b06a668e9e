//! What one person's agent costs in their session: the programs as they are shipped, without and with the window.

mod session;

use std::fs;
use std::path::Path;
use std::time::Instant;

use broker_config::AssetId;
use nkeys::KeyPair;
use serde_json::json;

use super::REST;
use super::idle::{cpu_per_second, int};
use super::installation::Installation;
use super::options::Scale;
use super::report::{Aim, Report};
use super::usage::{ContextSwitches, memory};
use session::Session;

const MEBIBYTE: f64 = 1024.0 * 1024.0;

/// Measures (i).
pub(super) async fn measure(installation: &Installation, asset_id: AssetId, scale: &Scale, report: &mut Report) {
    report.progress("(i) the agent in a session");
    let folder = installation.folder.path().join("session");
    write_identity(installation, asset_id, &folder.join("state"));
    let mut session = match Session::start(&folder) {
        Ok(session) => session,
        Err(missing) => {
            report.progress(&format!("(i) the agent in a session is NOT measured: {missing}"));
            return;
        }
    };
    for (name, program) in session.programs() {
        let size = int(fs::metadata(program).expect("the program").len()) / MEBIBYTE;
        report.add("i", &format!("{name}, size of the program without symbols"), size, "MiB", 1);
    }

    session.start_agent().await;
    let pid = session.agent();
    tokio::time::sleep(REST).await;
    let idle = memory(pid);
    let before = ContextSwitches::of(pid);
    let cpu = cpu_per_second(pid, scale.session).await;
    let woken = int(ContextSwitches::of(pid).since(&before));
    report
        .add("i", "agent, resident memory without a window", int(idle.resident) / MEBIBYTE, "MiB", 1)
        .aims(Aim::Under(8.0));
    report.add("i", "agent, private memory without a window", int(idle.private) / MEBIBYTE, "MiB", 1);
    report.add("i", "agent, CPU without a window", cpu * 100.0, "% of a core", 1);
    let minute = woken * 60.0 / scale.session.as_secs_f64();
    report.add("i", "agent, times woken in a minute without a window", minute, "times", 1).aims(Aim::Under(2.0));

    let clicked = Instant::now();
    session.ask_for_window().await;
    let click = clicked.elapsed().as_secs_f64() * 1000.0;
    report.add("i", "from the click to the window", click, "ms", 1).aims(Aim::Under(300.0));
    tokio::time::sleep(REST).await;
    let open = memory(pid);
    let cpu = cpu_per_second(pid, scale.watched).await;
    report
        .add("i", "agent and window, resident memory", int(open.resident) / MEBIBYTE, "MiB", 1)
        .aims(Aim::Under(35.0));
    report.add("i", "agent and window, private memory", int(open.private) / MEBIBYTE, "MiB", 1);
    report.add("i", "agent and window, CPU", cpu * 100.0, "% of a core", 1);

    session.close_window().await;
    tokio::time::sleep(REST).await;
    let closed = memory(pid);
    report.add("i", "agent, resident memory after the window closed", int(closed.resident) / MEBIBYTE, "MiB", 1);
    report.detail("session", &json!({ "idle": idle, "open": open, "closed": closed }));
}

fn write_identity(installation: &Installation, asset_id: AssetId, folder: &Path) {
    let key = KeyPair::new_user();
    let jwt = installation.device_jwt(asset_id, &key);
    let identity = json!({ "asset_id": asset_id, "broker_urls": [installation.broker_url], "jwt": jwt });
    fs::create_dir_all(folder).expect("a folder");
    fs::write(folder.join("identity.json"), identity.to_string()).expect("written");
    fs::write(folder.join("device.seed"), key.seed().expect("a seed")).expect("written");
}
