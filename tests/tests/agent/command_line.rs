use std::process::Stdio;

use sqlx::PgPool;
use tests::Bench;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::device::{Device, stored};
use crate::running;

/// Sends `input` through `trayline-agent chat` and returns its exit code and what it printed.
async fn chat(device: &Device, arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let program = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/debug/trayline-agent");
    let mut child = Command::new(program)
        .args(["chat", "--wait", "--state-dir"])
        .arg(device.write_identity())
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("trayline-agent; built by `cargo build -p agent`");
    child.stdin.take().unwrap().write_all(input.as_bytes()).await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn the_lines_of_a_pipe_are_stored_when_chat_returns(db: PgPool) {
    let bench = Bench::new(db).await;
    running::workers(&bench);
    let device = Device::new(&bench).await;

    let (code, shown, errors) = chat(&device, &[], "first\n\nsecond 👋\n").await;
    assert_eq!(code, Some(0), "{shown}{errors}");
    assert!(shown.contains("#1 stored") && shown.contains("#2 stored"), "{shown}");
    assert!(!errors.contains("second"), "{errors}");

    let (code, shown, _) = chat(&device, &["--one-message", "--json"], "a\nb\n").await;
    assert_eq!(code, Some(0), "{shown}");
    assert_eq!(stored(&bench.db).await, ["first", "second 👋", "a\nb"]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_is_not_stored_in_time_stays_and_a_refused_line_is_an_error(db: PgPool) {
    let mut bench = Bench::new(db).await;
    let device = Device::new(&bench).await;
    bench.broker.kill();
    let (code, _, errors) = chat(&device, &["--timeout", "1"], "kept\n").await;
    assert_eq!(code, Some(3), "{errors}");

    bench.broker.restart().await;
    running::workers(&bench);
    let too_long = "x".repeat(16 * 1024 + 1);
    let (code, _, errors) = chat(&device, &[], &format!("{too_long}\nNUL \0\nlast\n")).await;
    assert_eq!(code, Some(1), "{errors}");
    assert!(errors.contains("16384") && errors.contains("NUL"), "{errors}");
    assert_eq!(stored(&bench.db).await, ["kept", "last"]);
}
