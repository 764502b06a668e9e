//! The resident agent in the tray, as a panel and a person see it.

use broker_config::{
    AssetId, Author, ChatId, ChatSubject, Closed, Fact, Leaf, Line, MenuEntryId, Opened, TechnicianId, subject,
};
use serde_json::json;
use sqlx::PgPool;
use store::assets::AssetChange;
use store::policies::{LiveChatSettings, PolicyEntry, PolicySettings};
use tests::{Bench, eventually};

use crate::desktop::{Desktop, Notifications, Notified, Panel, Windows};
use crate::device::Device;
use crate::running;

fn line(text: &str) -> Line {
    Line::new(text).unwrap()
}

/// The asset's policy has this menu from now on, and its device is told so.
async fn set_menu(bench: &Bench, asset_id: AssetId, menu: Vec<PolicyEntry>) {
    let settings = PolicySettings { menu: Some(menu), ..PolicySettings::default() };
    let name = line(&MenuEntryId::new().to_string());
    let policy_id = store::policies::add(&bench.db, &name, &settings).await.unwrap();
    let change = AssetChange { policy_id: Some(Some(policy_id)), ..AssetChange::default() };
    store::assets::change(&bench.db, asset_id, &change).await.unwrap();
    bench.web_log.client().publish(subject::config(asset_id), "{}".into()).await.unwrap();
}

fn chat_entry(title: &str) -> (MenuEntryId, PolicyEntry) {
    let entry_id = MenuEntryId::new();
    let settings = LiveChatSettings { title: Some(line(title)), ..LiveChatSettings::default() };
    (entry_id, PolicyEntry::live_chat(entry_id, settings))
}

fn link(title: &str, url: &str) -> PolicyEntry {
    PolicyEntry::Link { entry_id: MenuEntryId::new(), title: line(title), url: line(url) }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn the_menu_is_the_policys_follows_it_and_opens_pages(db: PgPool) {
    let mut bench = Bench::new(db).await;
    running::workers(&bench);
    let (device, desktop) = (Device::new(&bench).await, Desktop::start().await);
    let panel = Panel::start(&desktop.bus).await;
    let menu = vec![link("Intranet", "https://intranet.example/?a=b"), PolicyEntry::Separator, chat_entry("Ask_IT").1];
    set_menu(&bench, device.asset_id, menu).await;

    let mut agent = desktop.agent(device.write_identity(), &[]);
    agent.start();
    let item = panel.item().await;
    let first = ["Intranet", "---", "Ask__IT", "---", "About"];
    eventually("the policy's menu", async || item.labels().await == first).await;
    item.choose("Intranet").await;
    eventually("the page opens", async || desktop.read("opened") == "https://intranet.example/?a=b\n").await;

    set_menu(&bench, device.asset_id, vec![chat_entry("Help").1]).await;
    eventually("the new menu", async || item.labels().await == ["Help", "---", "About"]).await;

    bench.broker.kill();
    agent.kill();
    agent.start();
    eventually("the icon of the new agent", async || panel.item_of(agent.pid()).await.is_some()).await;
    let item = panel.item_of(agent.pid()).await.unwrap();
    assert_eq!(item.labels().await, ["Help", "---", "About"], "without a network it is what it was");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn the_icon_waits_for_a_panel_and_shows_what_is_unread_and_whether_there_is_a_way(db: PgPool) {
    let mut bench = Bench::new(db).await;
    running::workers(&bench);
    let (device, desktop) = (Device::new(&bench).await, Desktop::start().await);
    let windows = Windows::install(&desktop);
    let mut agent = desktop.agent(device.write_identity(), &[]);
    agent.start();
    eventually("it says that there is no tray", async || {
        desktop.read("agent.log").contains("no tray in this session") && desktop.read("agent.log").contains("Online")
    })
    .await;

    let panel = Panel::start(&desktop.bus).await;
    let item = panel.item().await;
    let tooltip = |note: &str| ("Harbour IT".to_owned(), note.to_owned());
    eventually("online", async || item.tooltip().await == tooltip("Online")).await;
    let online = item.pictures().await;
    assert_eq!(item.status().await, "Active");

    let chat_id = open_by_technician(&bench, device.asset_id).await;
    let (_, seq) = bench.technician_says(device.asset_id, chat_id, "hello").await;
    eventually("unread", async || item.tooltip().await == tooltip("1 unread message")).await;
    assert_eq!(item.status().await, "NeedsAttention");
    let unread = item.pictures().await;
    windows.appeared(false, 1).await;
    windows.say(&json!({"ask": "read", "upto": seq}));
    eventually("read", async || item.tooltip().await == tooltip("Online")).await;
    assert_eq!((item.status().await.as_str(), item.pictures().await == online), ("Active", true));

    bench.broker.kill();
    eventually("offline", async || item.tooltip().await.1.starts_with("Offline")).await;
    let offline = item.pictures().await;
    assert!(offline != online && online != unread && unread != offline, "each looks different");
    bench.broker.restart().await;
    eventually("online again", async || item.tooltip().await == tooltip("Online")).await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_new_message_is_notified_once_a_click_opens_the_chat_and_reading_takes_it_back(db: PgPool) {
    let bench = Bench::new(db).await;
    running::workers(&bench);
    let (device, desktop) = (Device::new(&bench).await, Desktop::start().await);
    let (windows, notifications) = (Windows::install(&desktop), Notifications::start(&desktop.bus).await);
    let chat_id = ChatId::new();
    let mut agent = desktop.agent(device.write_identity(), &[]);
    agent.start();
    open(&bench, device.asset_id, chat_id, Author::Client { session_user: None }).await;
    bench.technician_says(device.asset_id, chat_id, "one <b>").await;
    let shown =
        |replaces, title: &str, text: &str| Notified { replaces, title: title.to_owned(), text: text.to_owned() };
    let one = shown(0, "Priya", "one &lt;b&gt;");
    eventually("a notification", async || notifications.shown() == [one.clone()]).await;
    assert!(windows.pids().is_empty(), "it opens no window");

    notifications.click(7).await;
    notifications.click(1).await;
    windows.appeared(true, 1).await;
    windows.say(&json!({"ask": "front", "front": true}));
    eventually("it is taken back", async || notifications.taken_back() == [1]).await;
    bench.technician_says(device.asset_id, chat_id, "two").await;
    eventually("the window has it", async || desktop.read("told").contains("\"two\"")).await;
    windows.say(&json!({"ask": "front", "front": false}));
    let (_, seq) = bench.technician_says(device.asset_id, chat_id, "three").await;
    let three = shown(0, "Priya", "three");
    eventually("what came while it was behind", async || notifications.shown() == [one.clone(), three.clone()]).await;
    windows.say(&json!({"ask": "read", "upto": seq}));
    eventually("it is taken back as well", async || notifications.taken_back() == [1, 2]).await;
}

/// A technician begins a chat.
pub async fn open_by_technician(bench: &Bench, asset_id: AssetId) -> ChatId {
    let (chat_id, technician_id) = (ChatId::new(), TechnicianId::new());
    open(bench, asset_id, chat_id, Author::Technician { technician_id, name: line("Priya") }).await;
    chat_id
}

/// A chat ends, and another one begins.
pub async fn reopen(bench: &Bench, asset_id: AssetId, ended: ChatId, by: Author) -> ChatId {
    let closed = Fact::Closed(Closed { by: Author::System });
    bench.web_log.append(&ChatSubject::new(asset_id, ended, Leaf::Closed), &closed).await.unwrap();
    let chat_id = ChatId::new();
    open(bench, asset_id, chat_id, by).await;
    chat_id
}

async fn open(bench: &Bench, asset_id: AssetId, chat_id: ChatId, by: Author) {
    let subject = ChatSubject::new(asset_id, chat_id, Leaf::Opened);
    bench.web_log.append(&subject, &Fact::Opened(Opened { by, entry_id: None })).await.unwrap();
}
