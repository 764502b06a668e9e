//! The resident agent and the real chat window together, on a screen, with a person who types.

use std::os::unix::fs::symlink;

use broker_config::{Author, ChatId, ChatSubject, Closed, Fact, Leaf};
use sqlx::PgPool;
use tests::{Bench, Program, eventually};

use crate::desktop::{Desktop, Panel};
use crate::device::{Device, chats, stored};
use crate::running;
use crate::screen::Screen;
use crate::tray::open_by_technician;

const TITLE: &str = "Chat with IT";

/// The agent starts the real window.
fn install_window(desktop: &Desktop) {
    let window = Program::new("trayline-chat", &[], &desktop.file("window.log"));
    symlink(window.command().get_program(), desktop.file("window")).unwrap();
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_person_opens_the_chat_writes_is_answered_and_begins_another_when_it_has_ended(db: PgPool) {
    let mut bench = Bench::new(db).await;
    running::workers(&bench);
    let (device, desktop, screen) = (Device::new(&bench).await, Desktop::start().await, Screen::start().await);
    install_window(&desktop);
    let panel = Panel::start(&desktop.bus).await;
    let mut agent = desktop.agent_on(&screen.display, device.write_identity(), &[]);
    agent.start();
    let item = panel.item().await;
    eventually("online", async || item.tooltip().await.1 == "Online").await;

    item.choose(TITLE).await;
    screen.in_front(TITLE).await;
    screen.type_line("the printer is on fire");
    eventually("it is stored", async || stored(&bench.db).await == ["the printer is on fire"]).await;

    let chat_id = sqlx::query_scalar("select chat_id from chats").fetch_one(&bench.db).await.unwrap();
    let (_, seq) = bench.technician_says(device.asset_id, chat_id, "On my way").await;
    is_read(&bench, chat_id, seq).await;

    bench.broker.kill();
    eventually("offline", async || item.tooltip().await.1.starts_with("Offline")).await;
    screen.type_line("still burning");
    bench.broker.restart().await;
    running::workers(&bench);
    let expected = ["the printer is on fire", "On my way", "still burning"];
    eventually("it is sent later", async || stored(&bench.db).await == expected).await;

    screen.xdotool(&["type", "--delay", "20", "the fax"]);
    let closed = Fact::Closed(Closed { by: Author::System });
    bench.web_log.append(&ChatSubject::new(device.asset_id, chat_id, Leaf::Closed), &closed).await.unwrap();
    // Who has read what came after the end has seen the end.
    let (_, seq) = bench.technician_says(device.asset_id, chat_id, "Bye").await;
    is_read(&bench, chat_id, seq).await;
    screen.type_line(" is not sent");
    screen.click_start_a_new_chat();
    screen.type_line(", too");
    let expected = [expected.as_slice(), &["Bye", "the fax, too"]].concat();
    eventually("the draft is sent", async || stored(&bench.db).await == expected).await;
    assert_eq!(chats(&bench.db).await, 2);
}

/// Waits until technicians see that the client has read up to here.
async fn is_read(bench: &Bench, chat_id: ChatId, seq: u64) {
    eventually("it is read", async || {
        let upto = sqlx::query_scalar("select client_read_upto from chats where chat_id = $1").bind(chat_id);
        let upto: i64 = upto.fetch_one(&bench.db).await.unwrap();
        upto >= i64::try_from(seq).unwrap()
    })
    .await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_chat_that_a_technician_starts_opens_the_window(db: PgPool) {
    let bench = Bench::new(db).await;
    running::workers(&bench);
    let (device, desktop, screen) = (Device::new(&bench).await, Desktop::start().await, Screen::start().await);
    install_window(&desktop);
    let mut agent = desktop.agent_on(&screen.display, device.write_identity(), &[]);
    agent.start();
    eventually("online", async || desktop.read("agent.log").contains("Online")).await;
    let chat_id = open_by_technician(&bench, device.asset_id).await;
    bench.technician_says(device.asset_id, chat_id, "hello").await;
    screen.xdotool(&["search", "--sync", "--onlyvisible", "--class", "trayline-chat"]);
}
