//! What technicians may do, and who changes it.

use axum::http::{Method, StatusCode};
use broker_config::{ChatId, TechnicianId};
use serde_json::{Value, json};
use sqlx::PgPool;
use store::rights::Rights;
use store::security_groups::{ADMINISTRATORS, TECHNICIANS};
use store::technicians::ChatTechnician;

use crate::desk::{Answer, Desk, Technician};
use crate::socket::{Socket, append, connect, request};

async fn change(desk: &Desk, by: &Technician, of: TechnicianId, body: Value) -> Answer {
    desk.call(Some(by), Method::PATCH, &format!("/api/v1/technicians/{of}"), Some(body)).await
}

/// Begins a technician's session once more, if it is over.
async fn sign_in_again(desk: &Desk, who: &Technician) {
    sqlx::query(
        "insert into sessions (session_id, token_hash, technician_id, created_at, last_seen_at, expires_at, ends_at)
         values (gen_random_uuid(), $1, $2, now(), now(), now() + interval '1 hour', now() + interval '1 hour')
         on conflict do nothing",
    )
    .bind(who.token_hash)
    .bind(who.id)
    .execute(&desk.bench.db)
    .await
    .unwrap();
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn an_administrator_changes_technicians_and_nobody_else_does(db: PgPool) {
    let desk = Desk::new(db).await;
    let (ada, tom) = (desk.admin("Ada").await, desk.technician("Tom").await);
    let all = json!({ "name": "Thomas", "security_group_ids": [ADMINISTRATORS], "is_disabled": true });
    change(&desk, &tom, tom.id, all.clone()).await.refused(StatusCode::FORBIDDEN, "missing-right");
    let changed = change(&desk, &ada, tom.id, all).await.expect(StatusCode::OK);
    let expected = json!({
        "technician_id": tom.id, "name": "Thomas", "email": "Tom@desk.example",
        "security_group_ids": [ADMINISTRATORS], "can_chat": true, "is_disabled": true, "is_online": false,
    });
    assert_eq!(changed, expected);
    assert_eq!(change(&desk, &ada, tom.id, json!({})).await.expect(StatusCode::OK), expected);
    let list = desk.get(&ada, "/api/v1/technicians").await.expect(StatusCode::OK);
    assert_eq!(list["technicians"][1], expected);
    change(&desk, &ada, TechnicianId::new(), json!({})).await.refused(StatusCode::NOT_FOUND, "no-such-technician");
    change(&desk, &ada, tom.id, json!({ "may_chat": true })).await.refused(StatusCode::BAD_REQUEST, "malformed");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn the_last_administrator_stays_one(db: PgPool) {
    let desk = Desk::new(db).await;
    let (ada, bea) = (desk.admin("Ada").await, desk.admin("Bea").await);
    let demoted = json!({ "security_group_ids": [TECHNICIANS] });
    let disabled = json!({ "is_disabled": true });

    // Both demote the other at the same moment: one is in time.
    let (first, second) =
        tokio::join!(change(&desk, &ada, bea.id, demoted.clone()), change(&desk, &bea, ada.id, demoted.clone()));
    let mut statuses = [first.status, second.status];
    statuses.sort();
    assert!(statuses[0] == StatusCode::OK && statuses[1].is_client_error(), "{statuses:?}");

    let last = if first.status == StatusCode::OK { &ada } else { &bea };
    for change_of in [demoted, disabled.clone(), json!({ "security_group_ids": [], "is_disabled": true })] {
        change(&desk, last, last.id, change_of).await.refused(StatusCode::CONFLICT, "last-admin");
    }
    let session = desk.get(last, "/api/v1/session").await.expect(StatusCode::OK);
    assert_eq!(session["rights"], json!(Rights::all()));
    let tom = desk.technician("Tom").await;
    change(&desk, last, tom.id, json!({ "security_group_ids": [ADMINISTRATORS] })).await.expect(StatusCode::OK);
    change(&desk, last, last.id, disabled).await.expect(StatusCode::OK);
    desk.get(last, "/api/v1/session").await.refused(StatusCode::UNAUTHORIZED, "not-signed-in");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn who_is_disabled_is_signed_out_for_good_and_hears_nothing_more(db: PgPool) {
    let desk = Desk::new(db).await;
    let (ada, tom, served) = (desk.admin("Ada").await, desk.technician("Tom").await, desk.serve().await);
    let mut socket = Socket::open(served.port, &tom, None).await;
    socket.next_of("ready").await;

    change(&desk, &ada, tom.id, json!({ "is_disabled": true })).await.expect(StatusCode::OK);
    assert_eq!(socket.next_of("closing").await, json!({ "type": "closing", "reason": "signed_out" }));
    assert_eq!(connect(served.port, request(served.port, Some(&tom), None)).await.err(), Some(401));
    change(&desk, &ada, tom.id, json!({ "is_disabled": false })).await.expect(StatusCode::OK);
    desk.get(&tom, "/api/v1/session").await.refused(StatusCode::UNAUTHORIZED, "not-signed-in");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_right_that_is_taken_away_closes_every_socket_before_the_next_fact(db: PgPool) {
    let desk = Desk::new(db).await;
    let (ada, served) = (desk.admin("Ada").await, desk.serve().await);
    let asset_id = desk.bench.asset().await;
    for (name, taken, given_back, reason) in [
        ("Tom", json!({ "is_disabled": true }), json!({ "is_disabled": false }), "signed_out"),
        ("Bea", json!({ "security_group_ids": [] }), json!({ "security_group_ids": [TECHNICIANS] }), "no_chat_rights"),
        (
            "Una",
            json!({ "security_group_ids": [ADMINISTRATORS] }),
            json!({ "security_group_ids": [TECHNICIANS] }),
            "rights_changed",
        ),
    ] {
        let who = desk.technician(name).await;
        let mut sockets = [Socket::open(served.port, &who, None).await, Socket::open(served.port, &who, None).await];
        for socket in &mut sockets {
            socket.next_of("ready").await;
        }

        // Given back at once, with the session, so that only who closes sockets in the request itself closes them.
        change(&desk, &ada, who.id, taken).await.expect(StatusCode::OK);
        change(&desk, &ada, who.id, given_back).await.expect(StatusCode::OK);
        sign_in_again(&desk, &who).await;
        append(&desk, asset_id, ChatId::new(), 1).await;

        for socket in &mut sockets {
            let next = loop {
                let event = socket.next().await.unwrap();
                if event["type"] == "fact" || event["type"] == "closing" {
                    break event;
                }
            };
            assert_eq!(next, json!({ "type": "closing", "reason": reason }), "{name}");
            assert_eq!(socket.next().await, None, "{name}");
        }
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_socket_closes_with_the_right_to_chat(db: PgPool) {
    let desk = Desk::new(db).await;
    let (ada, tom, served) = (desk.admin("Ada").await, desk.technician("Tom").await, desk.serve().await);
    let mut adas = Socket::open(served.port, &ada, None).await;
    let closing = json!({ "type": "closing", "reason": "no_chat_rights" });

    // Given back at once, so that only who closes the socket in the request itself closes it.
    let mut socket = Socket::open(served.port, &tom, None).await;
    for groups in [json!([]), json!([TECHNICIANS])] {
        change(&desk, &ada, tom.id, json!({ "security_group_ids": groups })).await.expect(StatusCode::OK);
    }
    assert_eq!(socket.next_of("closing").await, closing);
    assert_eq!(socket.next().await, None);

    // By another process, of which the sessions' check hears.
    let mut socket = Socket::open(served.port, &tom, None).await;
    let withheld = "delete from security_group_members where technician_id = $1";
    sqlx::query(withheld).bind(tom.id).execute(&desk.bench.db).await.unwrap();
    assert_eq!(socket.next_of("closing").await, closing);
    assert_eq!(connect(served.port, request(served.port, Some(&tom), None)).await.err(), Some(403));

    adas.next_of("heartbeat").await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn chats_are_given_to_those_who_may_chat_alone(db: PgPool) {
    let desk = Desk::new(db).await;
    let (ada, tom, bea) = (desk.admin("Ada").await, desk.technician("Tom").await, desk.technician("Bea").await);
    change(&desk, &ada, tom.id, json!({ "security_group_ids": [] })).await.expect(StatusCode::OK);
    change(&desk, &ada, bea.id, json!({ "is_disabled": true })).await.expect(StatusCode::OK);

    let chat_id = desk.start(&ada, desk.bench.asset().await).await;
    desk.settle().await;
    let path = format!("/api/v1/chats/{chat_id}/assignment");
    for technician_id in [tom.id, bea.id, TechnicianId::new()] {
        let to = json!({ "technician_id": technician_id, "expected_seq": 2 });
        desk.put(&ada, &path, to).await.refused(StatusCode::NOT_FOUND, "no-such-technician");
    }
    let all = store::technicians::for_chat(&desk.bench.db).await.unwrap();
    let line = |text| broker_config::Line::new(text).unwrap();
    assert_eq!(all, [ChatTechnician { technician_id: ada.id, name: line("Ada"), email: line("Ada@desk.example") }]);
}
