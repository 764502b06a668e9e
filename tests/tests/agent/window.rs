//! The window as the resident agent starts it, feeds it and outlives it.

use serde_json::json;
use sqlx::PgPool;
use tests::{Bench, eventually};

use crate::desktop::{Desktop, Panel, Windows};
use crate::device::{Device, stored};
use crate::running;

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_the_window_says_is_stored_and_it_is_told_everything(db: PgPool) {
    let bench = Bench::new(db).await;
    running::workers(&bench);
    let (device, desktop) = (Device::new(&bench).await, Desktop::start().await);
    let (windows, panel) = (Windows::install(&desktop), Panel::start(&desktop.bus).await);
    let mut agent = desktop.agent(device.write_identity(), &[]);
    agent.start();
    let item = panel.item().await;
    eventually("online", async || item.tooltip().await.1 == "Online").await;

    item.choose("Chat with IT").await;
    windows.appeared(true, 1).await;
    let told = windows.told();
    let kinds: Vec<_> = told.iter().map(|told| told["tell"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["hello", "snapshot", "show"]);
    assert_eq!((&told[0]["title"], &told[1]["link"]), (&json!("Chat with IT"), &json!("online")));

    windows.say(&json!({"ask": "say", "text": "help"}));
    eventually("it is stored", async || stored(&bench.db).await == ["help"]).await;
    let by: serde_json::Value = sqlx::query_scalar("select author from messages").fetch_one(&bench.db).await.unwrap();
    assert_eq!(by, json!({"type": "client", "session_user": "ann"}));
    eventually("the window knows", async || desktop.read("told").contains(r#""delivery":"stored""#)).await;
    assert!(desktop.read("told").contains(r#"{"tell":"accepted""#));
    windows.say(&json!({"ask": "say", "text": ""}));
    windows.was_told(&json!({"tell": "refused", "text": "", "reason": "text"}), 1).await;

    item.click().await;
    windows.appeared(true, 2).await;
    item.choose("About").await;
    windows.was_told(&json!({"tell": "about"}), 1).await;
    assert_eq!(windows.pids().len(), 1, "one window");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_crash_of_the_window_is_survived_and_what_was_typed_is_there_in_the_next_one(db: PgPool) {
    let bench = Bench::new(db).await;
    let (device, desktop) = (Device::new(&bench).await, Desktop::start().await);
    let windows = Windows::install(&desktop);
    let mut agent = desktop.agent(device.write_identity(), &["--open"]);
    agent.start();
    windows.appeared(true, 1).await;
    windows.say(&json!({"ask": "draft", "text": "half a sen"}));
    windows.say(&json!({"ask": "say", "text": "whole"}));
    eventually("both were heard", async || desktop.read("told").contains(r#"{"tell":"accepted""#)).await;
    windows.crash();
    eventually("the crash is noticed", async || desktop.read("agent.log").contains("the window crashed")).await;

    let second = desktop.agent(device.folder.path(), &[]);
    let _ = second.run();
    windows.appeared(true, 2).await;
    windows.was_told(&json!({"tell": "hello", "title": "Live Chat", "draft": "half a sen"}), 1).await;
    assert_eq!(windows.pids().len(), 2);

    agent.kill();
    eventually("the window ends with the agent", async || !windows.is_open()).await;
    let mut again = desktop.agent(device.folder.path(), &["--open"]);
    again.start();
    windows.was_told(&json!({"tell": "hello", "title": "Live Chat", "draft": "half a sen"}), 2).await;
}
