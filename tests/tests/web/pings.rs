//! What one technician is told, and nobody else.

use broker_config::{
    AssetId, ChatId, Notice, NoticeHeard, NoticeId, NotificationRule, Ping, TabId, TechnicianId, TechnicianLeaf,
    TechnicianSubject,
};
use chrono::DateTime;
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::desk::{Desk, Technician};
use crate::socket::Socket;

async fn tell(desk: &Desk, technician_id: TechnicianId, leaf: TechnicianLeaf, payload: &impl Serialize) {
    let subject = TechnicianSubject { technician_id, leaf }.to_string();
    desk.bench.log.client().publish(subject, serde_json::to_vec(payload).unwrap().into()).await.unwrap();
    desk.bench.log.client().flush().await.unwrap();
}

/// What a technician's socket is told of pings and notices, up to a last notice that says nothing.
async fn told(desk: &Desk, technician: &Technician, socket: &mut Socket) -> Vec<Value> {
    tell(desk, technician.id, TechnicianLeaf::Notice, &NoticeHeard::Read { notice_ids: vec![] }).await;
    let mut told = Vec::new();
    loop {
        let event = socket.next().await.unwrap();
        if event["notice"] == json!({ "type": "read", "notice_ids": [] }) {
            return told;
        }
        if event["type"] == "ping" || event["type"] == "notice" {
            told.push(event);
        }
    }
}

fn ping_for(tab_id: Option<TabId>) -> Ping {
    Ping { chat_id: ChatId::new(), asset_id: AssetId::new(), seq: 7, tab_id }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_ping_reaches_every_tab_of_its_technician_once_and_one_plays(db: PgPool) {
    let desk = Desk::new(db).await;
    let (priya, tom, served) = (desk.technician("Priya").await, desk.technician("Tom").await, desk.serve().await);
    let [first, second] = [TabId::new(), TabId::new()];
    let mut sockets =
        [Socket::of_tab(served.port, &priya, first).await, Socket::of_tab(served.port, &priya, second).await];
    let mut without_a_tab = Socket::open(served.port, &priya, None).await;
    let mut toms = Socket::of_tab(served.port, &tom, second).await;
    for socket in sockets.iter_mut().chain([&mut without_a_tab, &mut toms]) {
        socket.next_of("ready").await;
    }

    let ping = ping_for(Some(second));
    for _ in 0..3 {
        tell(&desk, priya.id, TechnicianLeaf::Ping, &ping).await;
    }

    let event = |plays| {
        json!({
            "type": "ping", "asset_id": ping.asset_id, "chat_id": ping.chat_id, "seq": 7, "plays": plays,
        })
    };
    assert_eq!(told(&desk, &priya, &mut sockets[0]).await, [event(false)]);
    assert_eq!(told(&desk, &priya, &mut sockets[1]).await, [event(true)]);
    assert_eq!(told(&desk, &priya, &mut without_a_tab).await, [event(false)]);
    assert_eq!(told(&desk, &tom, &mut toms).await, [] as [Value; 0]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_notice_reaches_its_technician_alone(db: PgPool) {
    let desk = Desk::new(db).await;
    let (priya, tom, served) = (desk.technician("Priya").await, desk.technician("Tom").await, desk.serve().await);
    let mut priyas = Socket::open(served.port, &priya, None).await;
    let mut toms = Socket::open(served.port, &tom, None).await;
    for socket in [&mut priyas, &mut toms] {
        socket.next_of("ready").await;
    }

    let (notice_id, chat_id) = (NoticeId::new(), ChatId::new());
    let (rule, at) = (NotificationRule::AssignedToMe, DateTime::UNIX_EPOCH);
    let new = NoticeHeard::New(Notice { notice_id, chat_id, rule, at });
    let read = NoticeHeard::Read { notice_ids: vec![notice_id] };
    for notice in [&new, &read] {
        tell(&desk, priya.id, TechnicianLeaf::Notice, notice).await;
    }

    let event = |notice: Value| json!({ "type": "notice", "notice": notice });
    let new = json!({ "type": "new", "notice_id": notice_id, "chat_id": chat_id, "rule": rule, "at": at });
    let expected = [event(new), event(json!({ "type": "read", "notice_ids": [notice_id] }))];
    assert_eq!(told(&desk, &priya, &mut priyas).await, expected);
    assert_eq!(told(&desk, &tom, &mut toms).await, [] as [Value; 0]);
}
