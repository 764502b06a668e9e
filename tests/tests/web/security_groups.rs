//! Groups of technicians, and how a change of one holds.

use axum::http::{Method, StatusCode};
use broker_config::{ChatId, TechnicianId};
use serde_json::{Value, json};
use sqlx::PgPool;
use store::rights::{Right, Rights};
use store::security_groups::{ADMINISTRATORS, TECHNICIANS};

use crate::desk::{Answer, Desk, Technician};
use crate::socket::{Socket, append};

const GROUPS: &str = "/api/v1/security-groups";

async fn change(desk: &Desk, by: &Technician, of: &Value, body: Value) -> Answer {
    let path = format!("{GROUPS}/{}", of.as_str().unwrap());
    desk.call(Some(by), Method::PATCH, &path, Some(body)).await
}

async fn remove(desk: &Desk, by: &Technician, of: &Value) -> Answer {
    desk.call(Some(by), Method::DELETE, &format!("{GROUPS}/{}", of.as_str().unwrap()), None).await
}

async fn rights_of(desk: &Desk, who: &Technician) -> Value {
    desk.get(who, "/api/v1/session").await.expect(StatusCode::OK)["rights"].clone()
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_technician_has_the_rights_of_all_their_groups(db: PgPool) {
    let desk = Desk::new(db).await;
    let ada = desk.admin("Ada").await;
    let una = desk.technician_who_may("Una", [Right::UseChat, Right::Reply]).await;
    assert_eq!(rights_of(&desk, &una).await, json!(["use_chat", "reply"]));

    let new = json!({ "name": "Auditors", "rights": ["see_audit_log", "reply"], "technician_ids": [una.id] });
    let added = desk.post(&ada, GROUPS, new.clone()).await.expect(StatusCode::CREATED);
    assert_eq!(rights_of(&desk, &una).await, json!(["use_chat", "reply", "see_audit_log"]));
    let expected = json!({
        "security_group_id": added["security_group_id"], "name": "Auditors", "rights": ["reply", "see_audit_log"],
        "technician_ids": [una.id], "is_built_in": false, "is_administrators": false,
    });
    assert_eq!(added, expected);
    let list = desk.get(&una, GROUPS).await.expect(StatusCode::OK);
    let names: Vec<_> = list["security_groups"].as_array().unwrap().iter().map(|group| group["name"].clone()).collect();
    assert_eq!(names, ["Administrators", "Auditors", "Group of Una", "Technicians"]);
    assert_eq!(list["security_groups"][0]["rights"], json!(Rights::all()));
    assert_eq!(list["security_groups"][1], expected);

    let id = &added["security_group_id"];
    let changed = change(&desk, &ada, id, json!({ "name": "Readers", "rights": ["read_archive"] })).await;
    assert_eq!(changed.expect(StatusCode::OK)["name"], "Readers");
    assert_eq!(rights_of(&desk, &una).await, json!(["use_chat", "reply", "read_archive"]));
    change(&desk, &ada, id, json!({ "technician_ids": [] })).await.expect(StatusCode::OK);
    assert_eq!(rights_of(&desk, &una).await, json!(["use_chat", "reply"]));
    remove(&desk, &ada, id).await.expect(StatusCode::NO_CONTENT);
    remove(&desk, &ada, id).await.refused(StatusCode::NOT_FOUND, "no-such-security-group");
    change(&desk, &ada, id, json!({})).await.refused(StatusCode::NOT_FOUND, "no-such-security-group");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_every_installation_needs_of_its_groups_stays(db: PgPool) {
    let desk = Desk::new(db).await;
    let ada = desk.admin("Ada").await;
    let (administrators, technicians) = (json!(ADMINISTRATORS), json!(TECHNICIANS));
    for group in [&administrators, &technicians] {
        remove(&desk, &ada, group).await.refused(StatusCode::CONFLICT, "group-built-in");
    }
    for body in [json!({ "name": "Owners" }), json!({ "rights": [] })] {
        change(&desk, &ada, &administrators, body).await.refused(StatusCode::CONFLICT, "group-built-in");
    }
    change(&desk, &ada, &administrators, json!({ "technician_ids": [] }))
        .await
        .refused(StatusCode::CONFLICT, "last-admin");
    let unknown = json!({ "technician_ids": [ada.id, TechnicianId::new()] });
    change(&desk, &ada, &administrators, unknown).await.refused(StatusCode::NOT_FOUND, "no-such-technician");
    change(&desk, &ada, &technicians, json!({ "name": "administrators" }))
        .await
        .refused(StatusCode::CONFLICT, "group-name-taken");
    let new = json!({ "name": "TECHNICIANS", "rights": [] });
    desk.post(&ada, GROUPS, new).await.refused(StatusCode::CONFLICT, "group-name-taken");
    let unheard = json!({ "name": "Pilots", "rights": ["fly"] });
    desk.post(&ada, GROUPS, unheard).await.refused(StatusCode::BAD_REQUEST, "malformed");

    // The last who may manage technicians may be so by any group.
    let new = json!({ "name": "Office", "rights": ["manage_technicians"], "technician_ids": [ada.id] });
    let office = desk.post(&ada, GROUPS, new).await.expect(StatusCode::CREATED)["security_group_id"].clone();
    change(&desk, &ada, &administrators, json!({ "technician_ids": [] })).await.expect(StatusCode::OK);
    remove(&desk, &ada, &office).await.refused(StatusCode::CONFLICT, "last-admin");
    change(&desk, &ada, &office, json!({ "rights": [] })).await.refused(StatusCode::CONFLICT, "last-admin");
    assert_eq!(rights_of(&desk, &ada).await, json!(["manage_technicians"]));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_group_that_changes_closes_the_sockets_of_its_members_in_every_process(db: PgPool) {
    let desk = Desk::new(db).await;
    let (ada, served, other) = (desk.admin("Ada").await, desk.serve().await, desk.another_node().await);
    let una = desk.technician_who_may("Una", [Right::UseChat, Right::Reply]).await;
    let asset_id = desk.bench.asset().await;
    let list = desk.get(&ada, GROUPS).await.expect(StatusCode::OK);
    let group = list["security_groups"][1]["security_group_id"].clone();
    for (rights, reason) in [(json!(["use_chat"]), "rights_changed"), (json!(["reply"]), "no_chat_rights")] {
        let mut sockets = [Socket::open(served.port, &una, None).await, Socket::open(other.port, &una, None).await];
        let mut adas = Socket::open(other.port, &ada, None).await;
        for socket in &mut sockets {
            socket.next_of("ready").await;
        }
        change(&desk, &ada, &group, json!({ "rights": rights })).await.expect(StatusCode::OK);
        for socket in &mut sockets {
            assert_eq!(socket.next_of("closing").await, json!({ "type": "closing", "reason": reason }));
            assert_eq!(socket.next().await, None);
        }
        append(&desk, asset_id, ChatId::new(), 1).await;
        adas.next_of("fact").await;
    }
}
