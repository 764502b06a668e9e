//! Finding customers, contacts, assets and chats by a part of a name.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::desk::Desk;

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn one_query_finds_customers_contacts_assets_and_open_chats(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let asset_id = desk.bench.asset().await;
    let path = format!("/api/v1/assets/{asset_id}");
    let customer = desk.get(&priya, &path).await.expect(StatusCode::OK)["customer"].clone();
    let ann = json!({ "customer_id": customer["customer_id"], "name": "Ann Deskin", "email": "ann@blue_bell.example" });
    let ann = desk.post(&priya, "/api/v1/contacts", ann).await.expect(StatusCode::CREATED);
    let uses = json!({ "contact_id": ann["contact_id"] });
    let asset = desk.call(Some(&priya), Method::PATCH, &path, Some(uses)).await.expect(StatusCode::OK);
    let chat_id = desk.start(&priya, asset_id).await;
    desk.settle().await;
    let chat = desk.get(&priya, &format!("/api/v1/chats/{chat_id}")).await.expect(StatusCode::OK)["chat"].clone();

    let contact = json!({ "contact_id": ann["contact_id"], "name": "Ann Deskin", "customer": customer });
    let mut found = json!({
        "asset_id": asset_id, "name": "FRONTDESK-01", "customer": customer, "contact": asset["contact"],
        "is_connected": false, "open_chat_id": chat_id,
    });
    let search = async |query: &str| desk.get(&priya, &format!("/api/v1/search?query={query}")).await;
    for (query, expected) in [
        ("desk", json!({ "customers": [], "contacts": [contact], "assets": [found], "chats": [chat] })),
        ("DENTAL", json!({ "customers": [customer], "contacts": [], "assets": [], "chats": [chat] })),
        ("blue_bell", json!({ "customers": [], "contacts": [contact], "assets": [], "chats": [] })),
        ("a", json!({ "customers": [], "contacts": [contact], "assets": [], "chats": [chat] })),
        ("k-0", json!({ "customers": [], "contacts": [], "assets": [found], "chats": [chat] })),
        ("100%25", json!({ "customers": [], "contacts": [], "assets": [], "chats": [] })),
        ("%20", json!({ "customers": [], "contacts": [], "assets": [], "chats": [] })),
    ] {
        assert_eq!(search(query).await.expect(StatusCode::OK), expected, "{query}");
    }

    sqlx::query("delete from security_group_members").execute(&desk.bench.db).await.unwrap();
    found["open_chat_id"] = Value::Null;
    let expected = json!({ "customers": [], "contacts": [contact], "assets": [found], "chats": [] });
    assert_eq!(search("desk").await.expect(StatusCode::OK), expected);

    for query in ["%00", "a&limit=9", &"x".repeat(257)] {
        search(query).await.refused(StatusCode::BAD_REQUEST, "malformed");
    }
    desk.get(&priya, "/api/v1/search").await.refused(StatusCode::BAD_REQUEST, "malformed");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn at_most_eight_of_each_and_those_first_that_begin_so(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    for nth in 1..=9 {
        for name in [format!("Old Acorn {nth}"), format!("acorn {nth}")] {
            desk.post(&priya, "/api/v1/customers", json!({ "name": name })).await.expect(StatusCode::CREATED);
        }
    }

    let found = desk.get(&priya, "/api/v1/search?query=Acorn").await.expect(StatusCode::OK);
    let names = found["customers"].as_array().unwrap().iter().map(|customer| customer["name"].clone());
    let expected: Vec<_> = (1..=8).map(|nth| format!("acorn {nth}")).collect();
    assert_eq!(names.collect::<Value>(), json!(expected));
    let found = desk.get(&priya, "/api/v1/search?query=acorn%209").await.expect(StatusCode::OK);
    let names: Vec<_> = found["customers"].as_array().unwrap().iter().map(|customer| &customer["name"]).collect();
    assert_eq!(names, ["acorn 9", "Old Acorn 9"]);
}
