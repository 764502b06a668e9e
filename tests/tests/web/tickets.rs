//! Tickets: made by hand and from chats, changed, listed.

use axum::http::{Method, StatusCode};
use broker_config::{AssetId, ChatId, ChatSubject, ContactId, CustomerId, Fact, Leaf, TechnicianId, TicketId};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::desk::{Desk, Technician};

fn id(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn subjects(page: &Value) -> Vec<&str> {
    page["tickets"].as_array().unwrap().iter().map(|ticket| id(&ticket["subject"])).collect()
}

/// A new asset that a new contact of its customer uses.
async fn used_asset(desk: &Desk, by: &Technician, name: &str) -> Value {
    let path = format!("/api/v1/assets/{}", desk.bench.asset().await);
    let asset = desk.get(by, &path).await.expect(StatusCode::OK);
    let contact = json!({ "customer_id": asset["customer"]["customer_id"], "name": name });
    let contact = desk.post(by, "/api/v1/contacts", contact).await.expect(StatusCode::CREATED);
    let uses = json!({ "contact_id": contact["contact_id"] });
    desk.call(Some(by), Method::PATCH, &path, Some(uses)).await.expect(StatusCode::OK)
}

/// Every `ticketed` of a chat on the log.
async fn ticketed(desk: &Desk, asset: &Value, chat_id: ChatId) -> Vec<Value> {
    let asset_id: AssetId = id(&asset["asset_id"]).parse().unwrap();
    let subject = ChatSubject::new(asset_id, chat_id, Leaf::Ticketed).to_string();
    let tail = desk.bench.web_log.tail(&subject, 0, 1024 * 1024).await.unwrap();
    let facts = tail.facts.iter().map(|logged| match &logged.fact {
        Fact::Ticketed(_) => serde_json::from_slice(&logged.fact.encode()).unwrap(),
        other => panic!("{other:?}"),
    });
    facts.collect()
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_ticket_is_made_shown_and_changed(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let (asset, other) = (used_asset(&desk, &priya, "Ann Ash").await, used_asset(&desk, &priya, "Bob Birch").await);
    let new = json!({
        "ticket_id": TicketId::new(),
        "customer_id": asset["customer"]["customer_id"],
        "contact_id": asset["contact"]["contact_id"],
        "subject": "The printer is on fire",
        "description": "Again.\nSince Monday.",
        "asset_ids": [asset["asset_id"], asset["asset_id"]],
    });

    let made = desk.post(&priya, "/api/v1/tickets", new.clone()).await.expect(StatusCode::CREATED);
    let expected = json!({
        "ticket_id": new["ticket_id"], "number": 1001, "subject": new["subject"], "status": "open",
        "customer": asset["customer"], "contact": asset["contact"], "assigned_to": null,
        "created_at": made["created_at"], "updated_at": made["created_at"],
        "description": new["description"],
        "assets": [{ "asset_id": asset["asset_id"], "name": "FRONTDESK-01", "is_connected": false }],
        "chats": [],
    });
    assert_eq!(made, expected);
    let again = desk.post(&priya, "/api/v1/tickets", new.clone()).await.expect(StatusCode::CREATED);
    assert_eq!(again, made);
    let short = json!({ "customer_id": other["customer"]["customer_id"], "subject": "No sound" });
    let short = desk.post(&priya, "/api/v1/tickets", short).await.expect(StatusCode::CREATED);
    assert_eq!((&short["number"], &short["contact"], &short["assets"]), (&json!(1002), &Value::Null, &json!([])));

    let path = format!("/api/v1/tickets/{}", id(&made["ticket_id"]));
    let patch = async |body: Value| desk.call(Some(&priya), Method::PATCH, &path, Some(body)).await;
    assert_eq!(patch(json!({})).await.expect(StatusCode::OK), made, "nothing was changed, so the time stays");
    let change = json!({ "status": "in_progress", "assigned_to": priya.id, "description": null, "contact_id": null });
    let changed = patch(change.clone()).await.expect(StatusCode::OK);
    assert_eq!(changed["assigned_to"], json!({ "technician_id": priya.id, "name": "Priya" }));
    assert_eq!((&changed["status"], &changed["subject"]), (&json!("in_progress"), &new["subject"]));
    assert_eq!((&changed["description"], &changed["contact"]), (&Value::Null, &Value::Null));
    assert_ne!(changed["updated_at"], made["updated_at"]);
    assert_eq!(patch(change).await.expect(StatusCode::OK), changed);
    assert_eq!(desk.get(&priya, &path).await.expect(StatusCode::OK), changed);

    for wrong in [json!({ "status": "closed" }), json!({ "subject": "" }), json!({ "number": 7 })] {
        patch(wrong).await.refused(StatusCode::BAD_REQUEST, "malformed");
    }
    for (field, value, slug) in [
        ("contact_id", &other["contact"]["contact_id"], "no-such-contact"),
        ("contact_id", &json!(ContactId::new()), "no-such-contact"),
        ("assigned_to", &json!(TechnicianId::new()), "no-such-technician"),
    ] {
        patch(json!({ field: value })).await.refused(StatusCode::NOT_FOUND, slug);
    }
    for (field, value, slug) in [
        ("customer_id", json!(CustomerId::new()), "no-such-customer"),
        ("contact_id", other["contact"]["contact_id"].clone(), "no-such-contact"),
        ("asset_ids", json!([other["asset_id"]]), "no-such-asset"),
        ("asset_ids", json!([AssetId::new()]), "no-such-asset"),
    ] {
        let mut wrong = new.clone();
        (wrong["ticket_id"], wrong[field]) = (json!(TicketId::new()), value);
        desk.post(&priya, "/api/v1/tickets", wrong).await.refused(StatusCode::NOT_FOUND, slug);
    }
    let nowhere = format!("/api/v1/tickets/{}", TicketId::new());
    desk.get(&priya, &nowhere).await.refused(StatusCode::NOT_FOUND, "no-such-ticket");
    let refused = desk.call(Some(&priya), Method::PATCH, &nowhere, Some(json!({}))).await;
    refused.refused(StatusCode::NOT_FOUND, "no-such-ticket");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn tickets_are_found_sorted_and_paged(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let (asset, other) = (used_asset(&desk, &priya, "Ann Ash").await, used_asset(&desk, &priya, "Bob Birch").await);
    let mut tickets = Vec::new();
    for (asset, subject) in [(&asset, "Printer"), (&other, "Wi-Fi"), (&asset, "Sound")] {
        let new = json!({
            "customer_id": asset["customer"]["customer_id"], "contact_id": asset["contact"]["contact_id"], "subject": subject,
        });
        tickets.push(desk.post(&priya, "/api/v1/tickets", new).await.expect(StatusCode::CREATED));
    }
    let path = format!("/api/v1/tickets/{}", id(&tickets[0]["ticket_id"]));
    let resolved = json!({ "status": "resolved" });
    desk.call(Some(&priya), Method::PATCH, &path, Some(resolved)).await.expect(StatusCode::OK);

    let list = async |query: &str| desk.get(&priya, &format!("/api/v1/tickets{query}")).await.expect(StatusCode::OK);
    let of_asset = format!("?customer_id={}", id(&asset["customer"]["customer_id"]));
    for (query, expected) in [
        ("", vec!["Sound", "Wi-Fi", "Printer"]),
        ("?sort=number", vec!["Printer", "Wi-Fi", "Sound"]),
        ("?sort=-updated_at", vec!["Printer", "Sound", "Wi-Fi"]),
        ("?sort=updated_at", vec!["Wi-Fi", "Sound", "Printer"]),
        ("?status=open", vec!["Sound", "Wi-Fi"]),
        ("?status=resolved", vec!["Printer"]),
        ("?search=WI-", vec!["Wi-Fi"]),
        ("?search=ann", vec!["Sound", "Printer"]),
        ("?search=bluebell&sort=number", vec!["Printer", "Wi-Fi", "Sound"]),
        ("?search=%231002", vec!["Wi-Fi"]),
        ("?search=1003", vec!["Sound"]),
        (&of_asset, vec!["Sound", "Printer"]),
    ] {
        assert_eq!(subjects(&list(query).await), expected, "{query}");
    }
    for sort in ["number", "-number", "updated_at", "-updated_at"] {
        let whole = list(&format!("?sort={sort}")).await;
        let first = list(&format!("?sort={sort}&limit=2")).await;
        let rest = list(&format!("?sort={sort}&limit=2&cursor={}", id(&first["next_cursor"]))).await;
        assert_eq!(rest["next_cursor"], Value::Null);
        assert_eq!([subjects(&first), subjects(&rest)].concat(), subjects(&whole), "{sort}");
    }
    for query in ["?sort=colour", "?status=closed", "?cursor=x"] {
        let refused = desk.get(&priya, &format!("/api/v1/tickets{query}")).await;
        refused.refused(StatusCode::BAD_REQUEST, "malformed");
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_ticket_is_made_from_a_chat_once_and_the_log_says_so_once(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let asset = used_asset(&desk, &priya, "Ann Ash").await;
    let chat_id = desk.start(&priya, id(&asset["asset_id"]).parse().unwrap()).await;
    desk.settle().await;
    let path = format!("/api/v1/chats/{chat_id}/tickets");
    let new = json!({ "ticket_id": TicketId::new(), "subject": "The printer is on fire" });

    let (first, second) = tokio::join!(desk.post(&priya, &path, new.clone()), desk.post(&priya, &path, new.clone()));
    let ticket = first.expect(StatusCode::CREATED);
    assert_eq!(second.expect(StatusCode::CREATED), ticket);
    assert_eq!(desk.post(&priya, &path, new.clone()).await.expect(StatusCode::CREATED), ticket);
    assert_eq!(ticket["subject"], new["subject"]);
    assert_eq!((&ticket["customer"], &ticket["contact"]), (&asset["customer"], &asset["contact"]));
    assert_eq!(ticket["assets"][0]["asset_id"], asset["asset_id"]);
    assert_eq!((&ticket["chats"][0]["chat_id"], &ticket["chats"][0]["closed_at"]), (&json!(chat_id), &Value::Null));
    let fact = json!({
        "kind": "ticketed.v1", "ticket_id": ticket["ticket_id"], "number": ticket["number"],
        "by": { "type": "technician", "technician_id": priya.id, "name": "Priya" },
    });
    assert_eq!(ticketed(&desk, &asset, chat_id).await, std::slice::from_ref(&fact));

    // The request broke off before it was noted that the log knows, and somebody tries again.
    sqlx::query("update ticket_chats set is_told = false").execute(&desk.bench.db).await.unwrap();
    desk.post(&priya, &path, new.clone()).await.expect(StatusCode::CREATED);
    assert_eq!(ticketed(&desk, &asset, chat_id).await, [fact]);

    let close = format!("/api/v1/chats/{chat_id}/close");
    desk.call(Some(&priya), Method::POST, &close, None).await.expect(StatusCode::OK);
    let another = desk.post(&priya, &path, json!({ "subject": "Smoke" })).await.expect(StatusCode::CREATED);
    assert!(another["number"].as_u64() > ticket["number"].as_u64(), "a request that came second may have used one up");
    assert_eq!(ticketed(&desk, &asset, chat_id).await.len(), 2);
    desk.post(&priya, &path, new.clone()).await.expect(StatusCode::CREATED);
    assert_eq!(ticketed(&desk, &asset, chat_id).await.len(), 2);

    let elsewhere = desk.start(&priya, desk.bench.asset().await).await;
    let refused = desk.post(&priya, &format!("/api/v1/chats/{elsewhere}/tickets"), new.clone()).await;
    refused.refused(StatusCode::CONFLICT, "ticket-id-taken");
    let refused = desk.post(&priya, &format!("/api/v1/chats/{}/tickets", ChatId::new()), new).await;
    refused.refused(StatusCode::NOT_FOUND, "no-such-chat");
    desk.post(&priya, &path, json!({})).await.refused(StatusCode::BAD_REQUEST, "malformed");

    sqlx::query("update security_groups set rights = array_remove(rights, 'use_chat')")
        .execute(&desk.bench.db)
        .await
        .unwrap();
    let ticket = desk.get(&priya, &format!("/api/v1/tickets/{}", id(&ticket["ticket_id"]))).await;
    assert_eq!(ticket.expect(StatusCode::OK)["chats"], json!([]));
}
