//! Customers, contacts and assets: one of them, lists in both orders, and what belongs to whom.

use axum::http::{Method, StatusCode};
use broker_config::{ContactId, CustomerId};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::desk::{Desk, Technician};

fn id(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn names(page: &Value, things: &str) -> Vec<String> {
    page[things].as_array().unwrap().iter().map(|thing| id(&thing["name"]).to_owned()).collect()
}

async fn patch(desk: &Desk, by: &Technician, path: &str, body: Value) -> Value {
    desk.call(Some(by), Method::PATCH, path, Some(body)).await.expect(StatusCode::OK)
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn lists_go_from_a_to_z_and_from_z_to_a(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    for name in ["Bluebell", "acorn", "Cedar", "bluebell"] {
        let customer = desk.post(&priya, "/api/v1/customers", json!({ "name": name })).await;
        let customer_id = customer.expect(StatusCode::CREATED)["customer_id"].clone();
        let contact = json!({ "customer_id": customer_id, "name": name });
        desk.post(&priya, "/api/v1/contacts", contact).await.expect(StatusCode::CREATED);
        let asset_id = desk.bench.asset().await;
        sqlx::query("update assets set name = $2, customer_id = $3::text::uuid where asset_id = $1")
            .bind(asset_id)
            .bind(name)
            .bind(id(&customer_id))
            .execute(&desk.bench.db)
            .await
            .unwrap();
    }
    sqlx::query("delete from customers where name = 'Bluebell Dental'").execute(&desk.bench.db).await.unwrap();

    for things in ["customers", "contacts", "assets"] {
        for (sort, expected) in [("name", ["acorn", "bluebell", "cedar"]), ("-name", ["cedar", "bluebell", "acorn"])] {
            let mut path = format!("/api/v1/{things}?sort={sort}&limit=1");
            let mut seen = Vec::new();
            loop {
                let page = desk.get(&priya, &path).await.expect(StatusCode::OK);
                seen.extend(names(&page, things));
                let Some(cursor) = page["next_cursor"].as_str() else { break };
                path = format!("/api/v1/{things}?sort={sort}&limit=1&cursor={cursor}");
            }
            assert_eq!(seen.len(), 4, "{things} by {sort}");
            let mut lower: Vec<_> = seen.iter().map(|name| name.to_lowercase()).collect();
            lower.dedup();
            assert_eq!(lower, expected, "{things} by {sort}");
        }
        let wrong = desk.get(&priya, &format!("/api/v1/{things}?sort=colour")).await;
        wrong.refused(StatusCode::BAD_REQUEST, "malformed");
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_customer_knows_how_many_contacts_assets_and_open_chats_it_has(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let (asset_id, _other_customers) = (desk.bench.asset().await, desk.bench.asset().await);
    let asset = desk.get(&priya, &format!("/api/v1/assets/{asset_id}")).await.expect(StatusCode::OK);
    let path = format!("/api/v1/customers/{}", id(&asset["customer"]["customer_id"]));
    for name in ["Ann Ash", "Bob Birch"] {
        let contact = json!({ "customer_id": asset["customer"]["customer_id"], "name": name });
        desk.post(&priya, "/api/v1/contacts", contact).await.expect(StatusCode::CREATED);
    }
    let counts = async || {
        let customer = desk.get(&priya, &path).await.expect(StatusCode::OK);
        let list = desk.get(&priya, "/api/v1/customers?search=bluebell").await.expect(StatusCode::OK);
        let rows = list["customers"].as_array().unwrap();
        assert!(rows.contains(&customer), "{rows:?}");
        (customer["contacts"].clone(), customer["assets"].clone(), customer["open_chats"].clone())
    };

    assert_eq!(counts().await, (json!(2), json!(1), json!(0)));
    let chat_id = desk.start(&priya, asset_id).await;
    desk.settle().await;
    assert_eq!(counts().await, (json!(2), json!(1), json!(1)));
    let close = format!("/api/v1/chats/{chat_id}/close");
    desk.call(Some(&priya), Method::POST, &close, None).await.expect(StatusCode::OK);
    desk.settle().await;
    assert_eq!(counts().await, (json!(2), json!(1), json!(0)));

    let renamed = patch(&desk, &priya, &path, json!({ "name": "Bluebell & Sons" })).await;
    assert_eq!((&renamed["name"], &renamed["contacts"]), (&json!("Bluebell & Sons"), &json!(2)));
    let nowhere = format!("/api/v1/customers/{}", CustomerId::new());
    desk.get(&priya, &nowhere).await.refused(StatusCode::NOT_FOUND, "no-such-customer");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_contact_is_shown_and_changed_and_null_clears(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let customer = desk.post(&priya, "/api/v1/customers", json!({ "name": "Acorn" })).await.expect(StatusCode::CREATED);
    let new =
        json!({ "customer_id": customer["customer_id"], "name": "Ann", "email": "ann@acorn.example", "phone": "1" });
    let ann = desk.post(&priya, "/api/v1/contacts", new).await.expect(StatusCode::CREATED);
    let path = format!("/api/v1/contacts/{}", id(&ann["contact_id"]));

    assert_eq!(desk.get(&priya, &path).await.expect(StatusCode::OK), ann);
    assert_eq!(ann["customer"], json!({ "customer_id": customer["customer_id"], "name": "Acorn" }));
    let mut expected = ann.clone();
    (expected["name"], expected["email"]) = (json!("Ann Ash"), Value::Null);
    for _repeat in 0..2 {
        assert_eq!(patch(&desk, &priya, &path, json!({ "name": "Ann Ash", "email": null })).await, expected);
    }
    assert_eq!(patch(&desk, &priya, &path, json!({})).await, expected);

    for wrong in
        [json!({ "name": null, "phone": 1 }), json!({ "name": "" }), json!({ "customer_id": CustomerId::new() })]
    {
        let refused = desk.call(Some(&priya), Method::PATCH, &path, Some(wrong)).await;
        refused.refused(StatusCode::BAD_REQUEST, "malformed");
    }
    let nowhere = format!("/api/v1/contacts/{}", ContactId::new());
    desk.get(&priya, &nowhere).await.refused(StatusCode::NOT_FOUND, "no-such-contact");
    let refused = desk.call(Some(&priya), Method::PATCH, &nowhere, Some(json!({ "name": "x" }))).await;
    refused.refused(StatusCode::NOT_FOUND, "no-such-contact");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn assets_are_listed_by_who_has_and_who_uses_them(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let (ours, theirs) = (desk.bench.asset().await, desk.bench.asset().await);
    let asset = desk.get(&priya, &format!("/api/v1/assets/{ours}")).await.expect(StatusCode::OK);
    let customer_id = &asset["customer"]["customer_id"];
    let ann = json!({ "customer_id": customer_id, "name": "Ann Ash" });
    let ann = desk.post(&priya, "/api/v1/contacts", ann).await.expect(StatusCode::CREATED);
    let uses = json!({ "contact_id": ann["contact_id"] });
    let asset = patch(&desk, &priya, &format!("/api/v1/assets/{ours}"), uses).await;

    let all = desk.get(&priya, "/api/v1/assets").await.expect(StatusCode::OK);
    assert_eq!(all["assets"].as_array().unwrap().len(), 2);
    for query in [
        format!("customer_id={}", id(customer_id)),
        format!("contact_id={}", id(&ann["contact_id"])),
        format!("contact_id={}&customer_id={}&search=desk", id(&ann["contact_id"]), id(customer_id)),
    ] {
        let list = desk.get(&priya, &format!("/api/v1/assets?{query}")).await.expect(StatusCode::OK);
        assert_eq!(list, json!({ "assets": [asset], "next_cursor": null }), "{query}");
    }
    let none = desk.get(&priya, &format!("/api/v1/assets?contact_id={}", ContactId::new())).await;
    assert_eq!(none.expect(StatusCode::OK)["assets"], json!([]));
    let wrong = desk.get(&priya, &format!("/api/v1/assets?contact_id={theirs}x")).await;
    wrong.refused(StatusCode::BAD_REQUEST, "malformed");
}
