//! Several people on one device: each session has an agent of its own, and the device one chat.

use broker_config::{Author, Line};
use serde_json::json;
use sqlx::PgPool;
use tempfile::TempDir;
use tests::{Bench, Program, eventually};

use crate::desktop::{Desktop, Notifications, Panel, Windows, login};
use crate::device::{Device, stored};
use crate::running;
use crate::tray::open_by_technician;

/// A person's session: a desktop of their own, and files of their own beside the device's identity.
struct Seat {
    desktop: Desktop,
    agent: Program,
    notifications: Notifications,
    panel: Panel,
    _home: TempDir,
}

impl Seat {
    async fn new(device: &Device, user: &str, active: bool) -> Self {
        let (desktop, home) = (Desktop::start().await, TempDir::new().unwrap());
        for file in ["identity.json", "device.seed"] {
            std::fs::copy(device.write_identity().join(file), home.path().join(file)).unwrap();
        }
        login::say(&desktop.bus, active).await;
        let panel = Panel::start(&desktop.bus).await;
        let notifications = Notifications::start(&desktop.bus).await;
        let mut agent = desktop.agent(home.path(), &[]).with(&[("USER".to_owned(), user.to_owned())]);
        agent.start();
        Self { desktop, agent, notifications, panel, _home: home }
    }

    async fn is_online(&self) {
        let item = self.panel.item().await;
        eventually("online", async || item.tooltip().await.1 == "Online").await;
    }

    async fn has_unread(&self, count: usize) {
        let (item, note) = (self.panel.item().await, if count == 1 { "1 unread message" } else { "2 unread messages" });
        eventually(note, async || item.tooltip().await.1 == note).await;
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_technicians_chat_opens_in_the_session_before_the_screen_and_a_clients_is_told_to_them_alone(db: PgPool) {
    let bench = Bench::new(db).await;
    running::workers(&bench);
    let device = Device::new(&bench).await;
    let (ann, ben) = tokio::join!(Seat::new(&device, "ann", true), Seat::new(&device, "ben", false));
    let (of_ann, of_ben) = (Windows::install(&ann.desktop), Windows::install(&ben.desktop));
    tokio::join!(ann.is_online(), ben.is_online());

    let chat_id = open_by_technician(&bench, device.asset_id).await;
    bench.technician_says(device.asset_id, chat_id, "hello").await;
    of_ann.appeared(false, 1).await;
    tokio::join!(ann.has_unread(1), ben.has_unread(1));
    assert_eq!((of_ben.pids(), ben.notifications.shown()), (Vec::new(), Vec::new()));

    let by = Author::Client { session_user: Some(Line::new("ben").unwrap()) };
    let chat_id = crate::tray::reopen(&bench, device.asset_id, chat_id, by).await;
    bench.technician_says(device.asset_id, chat_id, "for you, Ben").await;
    eventually("Ben is told", async || ben.notifications.shown().len() == 1).await;
    ann.has_unread(2).await;
    assert!(ann.notifications.shown().iter().all(|shown| shown.text != "for you, Ben"));
    assert!(ann.agent.pid() != ben.agent.pid());
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_a_session_left_that_is_gone_is_sent_by_the_next_one(db: PgPool) {
    let mut bench = Bench::new(db).await;
    let (device, desktop) = (Device::new(&bench).await, Desktop::start().await);
    let windows = Windows::install(&desktop);
    bench.broker.kill();
    let mut gone = desktop.agent_on(":10", device.write_identity(), &["--open"]);
    gone.start();
    windows.appeared(true, 1).await;
    windows.say(&json!({"ask": "say", "text": "left behind"}));
    eventually("it is kept", async || desktop.read("told").contains(r#"{"tell":"accepted""#)).await;
    gone.kill();

    bench.broker.restart().await;
    running::workers(&bench);
    let mut next = desktop.agent_on(":11", device.folder.path(), &[]);
    next.start();
    eventually("it is stored", async || stored(&bench.db).await == ["left behind"]).await;
}
