//! What befalls devices over the years: full disks, wrong clocks, files that are gone or half there.

use std::fs;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use agent::{Agent, AgentSettings};
use broker_config::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;
use tests::{Bench, Program};

use crate::device::{Device, stored, texts};
use crate::running;

/// `trayline-agent chat` with these lines, started by a shell after `before`.
fn chat_after(before: &str, device: &Device, lines: &str) -> Output {
    let folder = device.write_identity();
    let arguments = ["chat", "--wait", "--timeout", "1", "--state-dir", folder.to_str().unwrap()];
    let agent = Program::new("trayline-agent", &arguments, &folder.join("output")).command();
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{before}exec \"$@\""), "sh"]).arg(agent.get_program()).args(agent.get_args());
    let input = folder.join("input");
    fs::write(&input, lines).unwrap();
    shell.stdin(Stdio::from(fs::File::open(input).unwrap())).output().unwrap()
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn on_a_full_disk_a_message_is_refused_or_kept_and_never_half(db: PgPool) {
    let mut bench = Bench::new(db).await;
    let device = Device::new(&bench).await;
    bench.broker.kill();
    let lines: Vec<_> = (1..=8).map(|number| format!("{number} {}", "x".repeat(1000))).collect();
    // No file grows beyond eight blocks of 512 bytes.
    let full = "trap '' XFSZ; ulimit -f 8; ";
    let device = tokio::task::spawn_blocking(move || {
        let output = chat_after(full, &device, &format!("{}\nshort\n", lines.join("\n")));
        (device, lines, output)
    });
    let (device, lines, output) = device.await.unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "some was kept and is not stored: {errors}");
    assert!(errors.contains("could not be kept safe"), "{errors}");

    bench.broker.restart().await;
    running::workers(&bench);
    let agent = device.start().await;
    assert_eq!(agent.salvage(), &agent::Salvage::default(), "nothing is half there");
    agent.all_stored().await.unwrap();
    let kept: Vec<_> = lines.iter().take(3).map(String::as_str).collect();
    let stored = stored(&bench.db).await;
    assert_eq!(stored[..3], kept, "{stored:?}");
    assert!(stored.len() < lines.len() && stored[3..].iter().all(|text| text == "short"), "{stored:?}");
}

/// A clock that somebody sets.
#[derive(Debug)]
struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0.load(Ordering::Relaxed), 0).unwrap()
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_clock_that_is_wrong_and_jumps_changes_neither_order_nor_delivery(db: PgPool) {
    let bench = Bench::new(db).await;
    running::workers(&bench);
    let device = Device::new(&bench).await;
    let clock = Arc::new(SetClock(AtomicI64::new(0)));
    let settings = AgentSettings { clock: Arc::clone(&clock) as Arc<dyn Clock>, ..device.settings() };
    let (agent, _events) = Agent::start(settings).await.unwrap();
    // 1970, 2106, 2001: what a dead battery, a person and a sleep make of it.
    let said = ["first", "second", "third"];
    for (text, seconds) in said.into_iter().zip([0, 4_294_967_295, 1_000_000_000]) {
        clock.0.store(seconds, Ordering::Relaxed);
        agent.say(text).await.unwrap();
        agent.all_stored().await.unwrap();
    }
    assert_eq!(stored(&bench.db).await, said);
    crate::device::shows(&agent, "all of it", |shown| texts(shown) == said).await;
    let shown = agent.snapshot().await.unwrap();
    let server: DateTime<Utc> = sqlx::query_scalar("select now()").fetch_one(&bench.db).await.unwrap();
    let near = |at: DateTime<Utc>| (at - server).abs() < TimeDelta::hours(1);
    assert!(shown.entries.iter().all(|entry| near(entry.at)), "times are the server's: {shown:?}");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_folder_from_which_files_are_gone_or_half_there_is_begun_anew(db: PgPool) {
    let bench = Bench::new(db).await;
    running::workers(&bench);
    let device = Device::new(&bench).await;
    let agent = device.start().await;
    agent.say("before").await.unwrap();
    agent.all_stored().await.unwrap();
    agent.shutdown(std::time::Duration::ZERO).await;

    let about = device.folder.path().join("about.json");
    let whole = fs::read(&about).unwrap();
    fs::write(&about, &whole[..whole.len() / 2]).unwrap();
    for gone in ["outbox.jsonl", "outbox.lock"] {
        fs::remove_file(device.folder.path().join(gone)).unwrap();
    }
    let agent = device.start().await;
    agent.say("after").await.unwrap();
    agent.all_stored().await.unwrap();
    assert_eq!(stored(&bench.db).await, ["before", "after"]);
    assert_eq!(fs::read(about).unwrap(), whole, "the menu is kept again");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn an_identity_that_is_half_there_is_said_with_what_to_do(db: PgPool) {
    let bench = Bench::new(db).await;
    let device = Device::new(&bench).await;
    let folder = device.write_identity();
    let identity = folder.join("identity.json");
    let whole = fs::read(&identity).unwrap();
    fs::write(identity, &whole[..whole.len() / 2]).unwrap();
    let arguments = ["run", "--state-dir", folder.to_str().unwrap()];
    let output = Program::new("trayline-agent", &arguments, &folder.join("output")).command().output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(errors.contains("damaged; remove `device.seed` and `identity.json` and enrol again"), "{errors}");
}
