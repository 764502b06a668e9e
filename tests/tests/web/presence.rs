//! Who is online, as other technicians are told and as workers see it.

use axum::http::StatusCode;
use broker_config::presence::{GRACE, LEASE, Online, RENEWAL};
use broker_config::{ChatId, TabId, TechnicianId};
use serde_json::{Value, json};
use sqlx::PgPool;
use tests::eventually;
use tokio_util::sync::CancellationToken;
use workers::presence::Presence;

use crate::desk::{Desk, Served, Technician};
use crate::socket::Socket;

/// Who is online, as a worker sees it.
fn follow(desk: &Desk) -> Online {
    let (online, log) = (Online::default(), desk.bench.log.clone());
    tokio::spawn({
        let online = online.clone();
        async move { online.follow(&log).await }
    });
    online
}

/// What a socket is told about a technician next.
async fn told_of(socket: &mut Socket, technician_id: TechnicianId) -> Value {
    loop {
        let event = socket.next_of("technician_presence").await;
        if event["technician_id"] == json!(technician_id) {
            return event["is_online"].clone();
        }
    }
}

/// What a socket has been told about a technician by now.
async fn told_by_now(desk: &Desk, served: &Served, socket: &mut Socket, technician_id: TechnicianId) -> Vec<Value> {
    let last = desk.technician(&TabId::new().to_string()).await;
    let _last = Socket::open(served.port, &last, None).await;
    let mut told = Vec::new();
    loop {
        let mut event = socket.next_of("technician_presence").await;
        if event["technician_id"] == json!(last.id) {
            return told;
        }
        if event["technician_id"] == json!(technician_id) {
            told.push(event["is_online"].take());
        }
    }
}

async fn listed_online(desk: &Desk, by: &Technician) -> Vec<Value> {
    let listed = desk.get(by, "/api/v1/technicians").await.body;
    let technicians = listed["technicians"].as_array().unwrap().clone();
    technicians
        .into_iter()
        .filter(|technician| technician["is_online"] == true)
        .map(|mut row| row["name"].take())
        .collect()
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn ten_tabs_on_two_web_nodes_are_one_person_who_leaves_with_the_last(db: PgPool) {
    let desk = Desk::new(db).await;
    let (priya, tom) = (desk.technician("Priya").await, desk.technician("Tom").await);
    let (here, there) = (desk.serve().await, desk.another_node().await);
    let online = follow(&desk);
    let mut witness = Socket::open(here.port, &tom, None).await;
    assert!(!online.is_online(priya.id).await);

    let mut tabs = Vec::new();
    for _ in 0..5 {
        for node in [&here, &there] {
            tabs.push(Socket::of_tab(node.port, &priya, TabId::new()).await);
        }
    }
    assert_eq!(told_of(&mut witness, priya.id).await, true);
    eventually("the worker sees her", async || online.is_online(priya.id).await).await;
    assert_eq!(listed_online(&desk, &tom).await, ["Priya", "Tom"]);

    drop(tabs);
    assert_eq!(told_of(&mut witness, priya.id).await, false);
    eventually("the worker sees her leave", async || !online.is_online(priya.id).await).await;
    assert_eq!(listed_online(&desk, &tom).await, ["Tom"]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_tab_that_is_loaded_again_on_another_node_does_not_blink(db: PgPool) {
    let desk = Desk::new(db).await;
    let (priya, tom) = (desk.technician("Priya").await, desk.technician("Tom").await);
    let (here, there) = (desk.serve().await, desk.another_node().await);
    let mut witness = Socket::open(here.port, &tom, None).await;
    let tab_id = TabId::new();
    let mut tab = Socket::of_tab(here.port, &priya, tab_id).await;
    assert_eq!(told_of(&mut witness, priya.id).await, true);

    for node in [&there, &here, &there] {
        drop(tab);
        tab = Socket::of_tab(node.port, &priya, tab_id).await;
    }
    // Longer than the grace after which a tab that is closed is gone.
    tokio::time::sleep(GRACE * 2).await;
    assert_eq!(told_by_now(&desk, &here, &mut witness, priya.id).await, [] as [Value; 0]);
    drop(tab);
    assert_eq!(told_of(&mut witness, priya.id).await, false);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn the_tab_that_says_that_it_is_visible_plays_and_nothing_else_is_heard(db: PgPool) {
    let desk = Desk::new(db).await;
    let (priya, served) = (desk.technician("Priya").await, desk.serve().await);
    let online = follow(&desk);
    let [first, second] = [TabId::new(), TabId::new()];
    let mut tabs =
        [Socket::of_tab(served.port, &priya, first).await, Socket::of_tab(served.port, &priya, second).await];

    tabs[0].say(&json!({ "type": "visible", "visible": true })).await;
    eventually("the first tab plays", async || online.tab_to_play(priya.id).await == Some(first)).await;
    for nonsense in
        [json!({ "type": "visible" }), json!({ "type": "open", "tab": second }), json!([1]), json!("visible")]
    {
        tabs[1].say(&nonsense).await;
    }
    tabs[1].say(&json!({ "type": "visible", "visible": true })).await;
    eventually("the second tab plays", async || online.tab_to_play(priya.id).await == Some(second)).await;
    tabs[1].say(&json!({ "type": "visible", "visible": false })).await;
    eventually("the first tab plays again", async || online.tab_to_play(priya.id).await == Some(first)).await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_broker_that_is_killed_takes_nobody_offline(db: PgPool) {
    let mut desk = Desk::new(db).await;
    let (priya, tom, served) = (desk.technician("Priya").await, desk.technician("Tom").await, desk.serve().await);
    let online = follow(&desk);
    let mut witness = Socket::open(served.port, &tom, None).await;
    let mut tab = Socket::of_tab(served.port, &priya, TabId::new()).await;
    assert_eq!(told_of(&mut witness, priya.id).await, true);
    let reading = tokio::spawn(async move { while tab.next().await.is_some() {} });

    desk.bench.broker.kill();
    // Every lease has ended when the broker is back.
    tokio::time::sleep(LEASE + GRACE).await;
    assert!(online.is_online(priya.id).await);
    desk.bench.broker.restart().await;

    assert_eq!(told_by_now(&desk, &served, &mut witness, priya.id).await, [] as [Value; 0]);
    // Those who have not returned by then would have left.
    tokio::time::sleep(RENEWAL + GRACE).await;
    assert_eq!(told_by_now(&desk, &served, &mut witness, priya.id).await, [] as [Value; 0]);
    assert!(online.is_online(priya.id).await);
    reading.abort();
    assert_eq!(told_of(&mut witness, priya.id).await, false);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_web_node_that_dies_leaves_nobody_behind(db: PgPool) {
    let desk = Desk::new(db).await;
    let (priya, tom) = (desk.technician("Priya").await, desk.technician("Tom").await);
    let here = desk.serve().await;
    let mut witness = Socket::open(here.port, &tom, None).await;
    // A node whose tasks end all at once, as if it were killed: nothing of it writes any more.
    let node = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let dying = desk.node_on(node.handle()).await;
    let tab = Socket::of_tab(dying.port, &priya, TabId::new()).await;
    assert_eq!(told_of(&mut witness, priya.id).await, true);

    node.shutdown_background();
    assert_eq!(told_of(&mut witness, priya.id).await, false);
    drop(tab);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn devices_are_shown_as_they_come_and_go(db: PgPool) {
    let desk = Desk::new(db).await;
    let (priya, served) = (desk.technician("Priya").await, desk.serve().await);
    let worker = Presence::new(desk.bench.db.clone(), desk.bench.log.clone());
    tokio::spawn(async move { worker.run(&CancellationToken::new()).await });
    let mut socket = Socket::open(served.port, &priya, None).await;
    let device = desk.bench.device().await;
    let asset_id = device.asset_id;
    let event = |is_connected| json!({ "type": "asset_presence", "assets": [{ "asset_id": asset_id, "is_connected": is_connected }] });
    assert_eq!(socket.next_of("asset_presence").await, event(true));

    let chat_id = ChatId::new();
    device.open(chat_id, 0).await;
    desk.settle().await;
    let asset = desk.get(&priya, &format!("/api/v1/assets/{asset_id}")).await.expect(StatusCode::OK);
    assert_eq!((&asset["is_connected"], &asset["seen_from"]), (&json!(true), &json!("127.0.0.1")));
    assert!(asset["seen_at"].is_string(), "{asset}");
    let chats = desk.get(&priya, "/api/v1/chats").await.expect(StatusCode::OK);
    assert_eq!(chats["chats"][0]["is_connected"], true);

    drop(device);
    assert_eq!(socket.next_of("asset_presence").await, event(false));
    let listed = desk.get(&priya, "/api/v1/assets").await.expect(StatusCode::OK);
    assert_eq!(listed["assets"][0]["is_connected"], false);
    let chats = desk.get(&priya, "/api/v1/chats").await.expect(StatusCode::OK);
    assert_eq!(chats["chats"][0]["is_connected"], false);
}
