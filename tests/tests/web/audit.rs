//! What the audit log has, and how it is read.

use axum::http::{Method, StatusCode};
use broker_config::ChatId;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::desk::{Desk, Technician};

async fn log(desk: &Desk, by: &Technician, query: &str) -> Vec<Value> {
    let page = desk.get(by, &format!("/api/v1/audit-log{query}")).await.expect(StatusCode::OK);
    page["entries"].as_array().unwrap().clone()
}

/// The actions in the log, by whom, the first one first.
async fn actions(desk: &Desk, by: &Technician) -> Vec<(String, String)> {
    let text = |entry: &Value, member: &str| entry[member].as_str().unwrap().to_owned();
    let entries = log(desk, by, "?limit=200").await;
    entries.iter().rev().map(|entry| (text(entry, "action"), text(entry, "actor"))).collect()
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn chats_that_are_opened_assigned_read_exported_and_closed_are_in_it(db: PgPool) {
    let desk = Desk::new(db).await;
    let (ada, tom) = (desk.admin("Ada").await, desk.technician("Tom").await);
    let chat_id = desk.start(&ada, desk.bench.asset().await).await;
    desk.settle().await;
    let path = |what: &str| format!("/api/v1/chats/{chat_id}/{what}");
    desk.get(&ada, &path("messages")).await.expect(StatusCode::OK);
    for _ in 0..2 {
        desk.get(&tom, &path("messages")).await.expect(StatusCode::OK);
    }
    desk.get(&tom, &path("transcript")).await.expect(StatusCode::OK);
    let to_tom = json!({ "technician_id": tom.id, "expected_seq": 2 });
    desk.put(&ada, &path("assignment"), to_tom.clone()).await.expect(StatusCode::OK);
    desk.put(&ada, &path("assignment"), to_tom).await.refused(StatusCode::CONFLICT, "assigned-meanwhile");
    desk.call(Some(&tom), Method::POST, &path("close"), None).await.expect(StatusCode::OK);

    let entries = log(&desk, &ada, "").await;
    assert!(entries.iter().all(|entry| entry["subject_id"] == json!(chat_id) && entry["subject_kind"] == "chat"));
    let by = |action: &str, actor: &str| (action.to_owned(), actor.to_owned());
    let expected = [
        by("chat.opened", "Ada"),
        by("chat.read", "Tom"),
        by("chat.exported", "Tom"),
        by("chat.assigned", "Ada"),
        by("chat.closed", "Tom"),
    ];
    assert_eq!(actions(&desk, &ada).await, expected);
    assert_eq!(entries[1]["details"], json!({ "assigned_to": tom.id }));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn rights_policies_and_credentials_that_change_are_in_it_and_what_was_refused_is_not(db: PgPool) {
    let desk = Desk::new(db).await;
    let (ada, tom) = (desk.admin("Ada").await, desk.technician("Tom").await);
    let group = json!({ "name": "Office", "rights": ["operate"], "technician_ids": [tom.id] });
    let added = desk.post(&ada, "/api/v1/security-groups", group.clone()).await.expect(StatusCode::CREATED);
    desk.post(&ada, "/api/v1/security-groups", group).await.refused(StatusCode::CONFLICT, "group-name-taken");
    let path = format!("/api/v1/security-groups/{}", added["security_group_id"].as_str().unwrap());
    let fewer = json!({ "rights": [] });
    desk.call(Some(&ada), Method::PATCH, &path, Some(fewer)).await.expect(StatusCode::OK);
    desk.call(Some(&ada), Method::DELETE, &path, None).await.expect(StatusCode::NO_CONTENT);
    let path = format!("/api/v1/technicians/{}", tom.id);
    desk.call(Some(&ada), Method::PATCH, &path, Some(json!({ "is_disabled": true }))).await.expect(StatusCode::OK);
    let policy = json!({ "name": "Night", "menu": null, "live_chat": {} });
    let policy = desk.post(&ada, "/api/v1/policies", policy).await;
    let policy_id = policy.expect(StatusCode::CREATED)["policy_id"].clone();
    let path = format!("/api/v1/policies/{}", policy_id.as_str().unwrap());
    desk.call(Some(&ada), Method::DELETE, &path, None).await.expect(StatusCode::NO_CONTENT);
    desk.call(Some(&ada), Method::DELETE, &path, None).await.refused(StatusCode::NOT_FOUND, "no-such-policy");

    let expected = [
        "security_group.added",
        "security_group.changed",
        "security_group.removed",
        "technician.changed",
        "policy.added",
        "policy.removed",
    ];
    let all = actions(&desk, &ada).await;
    assert_eq!(all.iter().map(|(action, _)| action.as_str()).collect::<Vec<_>>(), expected);
    let changed = log(&desk, &ada, "?action=security_group.changed").await;
    assert_eq!(changed[0]["details"]["before"]["rights"], json!(["operate"]));
    assert_eq!(changed[0]["details"]["now"]["rights"], json!([]));
    assert_eq!(log(&desk, &ada, "?action=security_group&search=office").await.len(), 3);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn the_log_is_read_page_by_page_and_exported_whole(db: PgPool) {
    let desk = Desk::new(db).await;
    let ada = desk.admin("Ada").await;
    sqlx::query("insert into audit_log (action, actor) select 'session.begun', 'nobody' from generate_series(1, 1200)")
        .execute(&desk.bench.db)
        .await
        .unwrap();
    let first = desk.get(&ada, "/api/v1/audit-log?limit=2").await.expect(StatusCode::OK);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = log(&desk, &ada, &format!("?limit=2&cursor={cursor}")).await;
    let ids = |entries: &[Value]| entries.iter().map(|entry| entry["audit_id"].clone()).collect::<Vec<_>>();
    let pages = [ids(first["entries"].as_array().unwrap()), ids(&second)].concat();
    assert_eq!(pages, [1200, 1199, 1198, 1197].map(|id| json!(id)));

    let answer = desk.get(&ada, "/api/v1/audit-log/export?action=session").await;
    assert_eq!(answer.headers["content-type"], "application/x-ndjson");
    let text = answer.expect(StatusCode::OK);
    let lines: Vec<Value> = text.as_str().unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((lines.len(), &lines[1199]["audit_id"]), (1200, &json!(1)));
    let last = &log(&desk, &ada, "?limit=1").await[0];
    assert_eq!((&last["action"], &last["actor"]), (&json!("audit_log.exported"), &json!("Ada")));
    assert_eq!(log(&desk, &ada, &format!("?subject_id={}", ChatId::new())).await, Vec::<Value>::new());
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_is_done_to_people_devices_tickets_and_settings_is_in_it_without_anybodys_name(db: PgPool) {
    let desk = Desk::new(db).await;
    let ada = desk.admin("Ada").await;
    let add = async |path: &str, body: Value| desk.post(&ada, path, body).await.expect(StatusCode::CREATED);
    let change = async |method: Method, path: String, body: Value| {
        let answer = desk.call(Some(&ada), method, &path, Some(body)).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.body);
    };
    let id = |value: &Value| value.as_str().unwrap().to_owned();
    let customer = id(&add("/api/v1/customers", json!({ "name": "Marmalade Ltd" })).await["customer_id"]);
    change(Method::PATCH, format!("/api/v1/customers/{customer}"), json!({ "name": "Marmalade" })).await;
    let contact = json!({ "customer_id": customer, "name": "Ann Marmalade", "email": "ann@marmalade.example" });
    let contact = id(&add("/api/v1/contacts", contact).await["contact_id"]);
    change(Method::PATCH, format!("/api/v1/contacts/{contact}"), json!({ "phone": "marmalade" })).await;
    let asset = desk.bench.asset().await;
    change(Method::PATCH, format!("/api/v1/assets/{asset}"), json!({ "name": "MARMALADE-01" })).await;
    let group = json!({ "name": "Marmalade", "customer_id": customer });
    let group = format!("/api/v1/asset-groups/{}", id(&add("/api/v1/asset-groups", group).await["asset_group_id"]));
    change(Method::PATCH, group.clone(), json!({ "name": "Marmalades" })).await;
    change(Method::DELETE, group, json!({})).await;
    let ticket = json!({ "customer_id": customer, "contact_id": contact, "subject": "Marmalade" });
    let ticket = id(&add("/api/v1/tickets", ticket).await["ticket_id"]);
    change(Method::PATCH, format!("/api/v1/tickets/{ticket}"), json!({ "description": "marmalade" })).await;
    let reply =
        id(&add("/api/v1/canned-replies", json!({ "shortcut": "jam", "text": "marmalade" })).await["canned_reply_id"]);
    change(Method::PATCH, format!("/api/v1/canned-replies/{reply}"), json!({ "text": "Marmalade" })).await;
    change(Method::DELETE, format!("/api/v1/canned-replies/{reply}"), json!({})).await;
    change(Method::PUT, "/api/v1/installation/tabs".to_owned(), json!({ "chat": true })).await;
    let webhook = json!({ "url": "https://marmalade.example", "format": "text" });
    change(Method::PUT, "/api/v1/webhook".to_owned(), webhook).await;
    change(Method::POST, "/api/v1/webhook/secret".to_owned(), json!({})).await;
    change(Method::DELETE, "/api/v1/webhook".to_owned(), json!({})).await;

    let expected = [
        "customer.added",
        "customer.changed",
        "contact.added",
        "contact.changed",
        "asset.changed",
        "asset_group.added",
        "asset_group.changed",
        "asset_group.removed",
        "ticket.added",
        "ticket.changed",
        "canned_reply.added",
        "canned_reply.changed",
        "canned_reply.removed",
        "tabs.changed",
        "webhook.changed",
        "webhook.key_rotated",
        "webhook.removed",
    ];
    assert_eq!(actions(&desk, &ada).await, expected.map(|action| (action.to_owned(), "Ada".to_owned())));
    assert_eq!(log(&desk, &ada, "?search=marmalade").await, Vec::<Value>::new());
    assert_eq!(log(&desk, &ada, &format!("?subject_id={contact}")).await.len(), 2);
}
