//! Technicians who see their own chats and those that nobody has, and no other.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use broker_config::{ChatId, NotificationRule};
use serde_json::{Value, json};
use sqlx::PgPool;
use store::notices::{Firing, fire};
use store::notification_settings::RuleSetting;
use store::rights::{Right, Rights};
use tests::TestDevice;

use crate::desk::{Desk, Technician};
use crate::socket::Socket;

/// Una, who may do all but see every chat; Ada, who sees all; and a chat of each, and one that nobody has.
struct Room {
    desk: Desk,
    una: Technician,
    ada: Technician,
    devices: [TestDevice; 3],
    unas: ChatId,
    adas: ChatId,
    nobodys: ChatId,
}

impl Room {
    async fn new(db: PgPool) -> Self {
        let desk = Desk::new(db).await;
        let but_all = Rights::all().iter().filter(|right| *right != Right::SeeAllChats);
        let (una, ada) = (desk.technician_who_may("Una", but_all).await, desk.admin("Ada").await);
        let devices = [desk.bench.device().await, desk.bench.device().await, desk.bench.device().await];
        let chats = [ChatId::new(), ChatId::new(), ChatId::new()];
        for (device, chat_id) in devices.iter().zip(chats) {
            device.open(chat_id, 0).await;
            device.say(chat_id, "hello").await;
        }
        desk.settle().await;
        let [unas, adas, nobodys] = chats;
        let room = Self { desk, una, ada, devices, unas, adas, nobodys };
        room.give(unas, Some(&room.una), 0).await;
        room.give(adas, Some(&room.ada), 0).await;
        room
    }

    /// Ada gives a chat to somebody. The sequence of that.
    async fn give(&self, chat_id: ChatId, to: Option<&Technician>, expected_seq: u64) -> u64 {
        let to = json!({ "technician_id": to.map(|to| to.id), "expected_seq": expected_seq });
        let given = self.desk.put(&self.ada, &format!("/api/v1/chats/{chat_id}/assignment"), to).await;
        let seq = given.expect(StatusCode::OK)["assigned_seq"].as_u64().unwrap();
        self.desk.settle().await;
        seq
    }

    /// The chats in an answer to Una.
    async fn listed(&self, path: &str) -> BTreeSet<ChatId> {
        let answer = self.desk.get(&self.una, path).await.expect(StatusCode::OK);
        let ids = answer["chats"].as_array().unwrap().iter().map(|chat| chat["chat_id"].as_str().unwrap());
        ids.map(|id| id.parse().unwrap()).collect()
    }

    async fn close(&self, chat_id: ChatId) {
        let path = format!("/api/v1/chats/{chat_id}/close");
        self.desk.call(Some(&self.ada), Method::POST, &path, None).await.expect(StatusCode::OK);
        self.desk.settle().await;
    }
}

/// What a socket says about chats, up to the first fact of `last`.
async fn said(socket: &mut Socket, last: ChatId) -> Vec<(String, String)> {
    let mut said = Vec::new();
    loop {
        let event = socket.next().await.unwrap();
        let text = |member: &str| event[member].as_str().unwrap_or_default().to_owned();
        if event["type"] == "fact" && event["chat_id"] == json!(last) {
            return said;
        }
        if event.get("chat_id").is_some() {
            said.push((if event["type"] == "fact" { text("leaf") } else { text("type") }, text("chat_id")));
        }
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn lists_counts_and_searches_have_no_chat_of_others(db: PgPool) {
    let room = Room::new(db).await;
    let seen = BTreeSet::from([room.unas, room.nobodys]);
    for path in ["/api/v1/chats", "/api/v1/chats?search=hello", "/api/v1/search?query=FRONT"] {
        assert_eq!(room.listed(path).await, seen, "{path}");
    }
    let list = room.desk.get(&room.una, "/api/v1/chats").await.expect(StatusCode::OK);
    assert_eq!(list["counts"], json!({ "all": 2, "mine": 1, "mine_unread": 1, "unassigned": 1 }));
    let found = room.desk.get(&room.una, "/api/v1/search?query=FRONT").await.expect(StatusCode::OK);
    let open: BTreeSet<_> =
        found["assets"].as_array().unwrap().iter().map(|of| of["open_chat_id"].to_string()).collect();
    let seen: BTreeSet<_> = [json!(room.unas), json!(room.nobodys), Value::Null].map(|id| id.to_string()).into();
    assert_eq!(open, seen);

    for chat_id in [room.unas, room.adas, room.nobodys] {
        room.close(chat_id).await;
    }
    let seen = BTreeSet::from([room.unas, room.nobodys]);
    assert_eq!(room.listed("/api/v1/chats/archived").await, seen);
    assert_eq!(room.listed("/api/v1/chats/archived?search=hello").await, seen);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_chat_of_another_is_not_there_whatever_is_asked_of_it(db: PgPool) {
    let room = Room::new(db).await;
    let say = json!({ "message_id": ChatId::new(), "text": "hello" });
    let requests = [
        (Method::GET, "", json!({})),
        (Method::GET, "/messages", json!({})),
        (Method::GET, "/transcript", json!({})),
        (Method::POST, "/messages", say),
        (Method::POST, "/typing", json!({})),
        (Method::PUT, "/read", json!({ "upto": 1 })),
        (Method::PUT, "/assignment", json!({ "technician_id": room.una.id, "expected_seq": 0 })),
        (Method::POST, "/tickets", json!({ "subject": "Printer" })),
        (Method::POST, "/close", json!({})),
    ];
    for (method, path, body) in requests {
        for (chat_id, is_seen) in [(room.adas, false), (room.unas, true)] {
            let path = format!("/api/v1/chats/{chat_id}{path}");
            let answer = room.desk.call(Some(&room.una), method.clone(), &path, Some(body.clone())).await;
            if is_seen {
                assert_ne!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
            } else {
                answer.refused(StatusCode::NOT_FOUND, "no-such-chat");
            }
        }
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_socket_says_nothing_of_chats_of_others_live_or_later(db: PgPool) {
    let room = Room::new(db).await;
    let served = room.desk.serve().await;
    let [of_una, of_ada, of_nobody] = &room.devices;
    let mut live = Socket::open(served.port, &room.una, None).await;
    live.next_of("ready").await;
    let before = room.desk.bench.web_log.bounds().await.unwrap().1;

    of_ada.say(room.adas, "secret").await;
    room.desk.settle().await;
    let typing = format!("/api/v1/chats/{}/typing", room.adas);
    room.desk.call(Some(&room.ada), Method::POST, &typing, None).await.expect(StatusCode::NO_CONTENT);
    of_una.say(room.unas, "mine").await;
    let first = room.give(room.nobodys, Some(&room.ada), 0).await;
    let again = room.give(room.nobodys, None, first).await;
    of_nobody.say(room.nobodys, "free again").await;
    let mut resumed = Socket::open(served.port, &room.una, Some(before)).await;
    let of = |leaf: &str, chat_id: ChatId| (leaf.to_owned(), chat_id.to_string());

    // The last word is a fact of Una's chat, after all the others.
    of_una.say(room.unas, "the end").await;
    for socket in [&mut live, &mut resumed] {
        let mut told = said(socket, room.unas).await;
        told.extend([of("said.client", room.unas)]);
        told.extend(said(socket, room.unas).await);
        told.retain(|(sort, _)| sort != "stored" && sort != "typing");
        let expected = [
            of("said.client", room.unas),
            of("chat_hidden", room.nobodys),
            of("assigned", room.nobodys),
            of("said.client", room.nobodys),
        ];
        assert_eq!(told, expected);
    }
    assert!(again > first);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn receipts_and_typing_in_chats_of_others_are_not_heard(db: PgPool) {
    let room = Room::new(db).await;
    let served = room.desk.serve().await;
    let [of_una, of_ada, _] = &room.devices;
    let mut sockets =
        [Socket::open(served.port, &room.una, None).await, Socket::open(served.port, &room.ada, None).await];
    for socket in &mut sockets {
        socket.next_of("ready").await;
    }
    let heard = [vec![room.unas], vec![room.adas, room.unas]];
    for chat_id in [room.adas, room.unas] {
        let typing = format!("/api/v1/chats/{chat_id}/typing");
        room.desk.call(Some(&room.ada), Method::POST, &typing, None).await.expect(StatusCode::NO_CONTENT);
    }
    for (socket, heard) in sockets.iter_mut().zip(&heard) {
        for chat_id in heard {
            assert_eq!(socket.next_of("typing").await["chat_id"], json!(chat_id));
        }
    }
    of_ada.say(room.adas, "secret").await;
    room.desk.settle().await;
    of_una.say(room.unas, "mine").await;
    for (socket, heard) in sockets.iter_mut().zip(&heard) {
        for chat_id in heard {
            assert_eq!(socket.next_of("stored").await["chat_id"], json!(chat_id));
        }
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn notices_of_a_chat_are_there_while_the_chat_is(db: PgPool) {
    let room = Room::new(db).await;
    let setting = RuleSetting {
        rule: NotificationRule::UnassignedOffline,
        in_app: true,
        email: false,
        webhook: false,
        minutes: 10,
    };
    for chat_id in [room.adas, room.nobodys] {
        let firing = Firing { technician_id: room.una.id, seq: 1, read_upto: 0, setting };
        let mut transaction = room.desk.bench.db.begin().await.unwrap();
        fire(&mut transaction, chat_id, 1, &[firing]).await.unwrap();
        transaction.commit().await.unwrap();
    }
    let notices = room.desk.get(&room.una, "/api/v1/notices").await.expect(StatusCode::OK);
    let about: Vec<_> = notices["notices"].as_array().unwrap().iter().map(|notice| &notice["chat_id"]).collect();
    assert_eq!((about, &notices["unread"]), (vec![&json!(room.nobodys)], &json!(1)));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn who_may_reply_takes_what_nobody_has_and_reassigns_nothing(db: PgPool) {
    let room = Room::new(db).await;
    let rights = [Right::UseChat, Right::SeeAllChats, Right::Reply];
    let rita = room.desk.technician_who_may("Rita", rights).await;
    let path = |chat_id: ChatId| format!("/api/v1/chats/{chat_id}/assignment");
    let to = |technician_id: Value, expected_seq: u64| json!({ "technician_id": technician_id, "expected_seq": expected_seq });

    let taken = room.desk.put(&rita, &path(room.nobodys), to(json!(rita.id), 0)).await.expect(StatusCode::OK);
    let seq = taken["assigned_seq"].as_u64().unwrap();
    for (chat_id, body) in [
        (room.nobodys, to(Value::Null, seq)),
        (room.nobodys, to(json!(room.ada.id), seq)),
        (room.adas, to(json!(rita.id), 0)),
    ] {
        let refusal = room.desk.put(&rita, &path(chat_id), body).await.refused(StatusCode::FORBIDDEN, "missing-right");
        assert_eq!(refusal["right"], "reassign_chats");
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_chat_that_has_ended_takes_the_right_to_read_the_archive(db: PgPool) {
    let room = Room::new(db).await;
    let but_archive = Rights::all().iter().filter(|right| *right != Right::ReadArchive);
    let nora = room.desk.technician_who_may("Nora", but_archive).await;
    let paths = ["", "/messages", "/transcript"].map(|path| format!("/api/v1/chats/{}{path}", room.unas));
    for path in &paths {
        room.desk.get(&nora, path).await.expect(StatusCode::OK);
    }
    room.close(room.unas).await;
    for path in &paths {
        let refusal = room.desk.get(&nora, path).await.refused(StatusCode::FORBIDDEN, "missing-right");
        assert_eq!(refusal["right"], "read_archive");
        room.desk.get(&room.una, path).await.expect(StatusCode::OK);
    }
}
