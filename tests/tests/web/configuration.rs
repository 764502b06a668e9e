//! Customers, contacts, assets and technicians.

use axum::http::{Method, StatusCode};
use broker_config::{AssetId, ContactId, PolicyId, subject};
use futures::StreamExt;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::desk::Desk;

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn customers_and_contacts_are_added_and_found_by_name(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let mut customers = Vec::new();
    for name in ["Harbour Legal", "bluebell Dental", "Acorn Homes"] {
        customers
            .push(desk.post(&priya, "/api/v1/customers", json!({ "name": name })).await.expect(StatusCode::CREATED));
    }

    let first = desk.get(&priya, "/api/v1/customers?limit=2").await.expect(StatusCode::OK);
    assert_eq!(first["customers"], json!([customers[2], customers[1]]));
    let next = format!("/api/v1/customers?limit=2&cursor={}", first["next_cursor"].as_str().unwrap());
    let second = desk.get(&priya, &next).await.expect(StatusCode::OK);
    assert_eq!(second, json!({ "customers": [customers[0]], "next_cursor": null }));
    let found = desk.get(&priya, "/api/v1/customers?search=DENT").await.expect(StatusCode::OK);
    assert_eq!(found["customers"], json!([customers[1]]));

    let customer_id = &customers[1]["customer_id"];
    let new = json!({ "customer_id": customer_id, "name": "Ann Ash", "email": "ann@bluebell.example" });
    let ann = desk.post(&priya, "/api/v1/contacts", new).await.expect(StatusCode::CREATED);
    let path = format!("/api/v1/contacts?customer_id={}&search=ANN%40", customer_id.as_str().unwrap());
    let found = desk.get(&priya, &path).await.expect(StatusCode::OK);
    assert_eq!(found, json!({ "contacts": [ann], "next_cursor": null }));
    assert_eq!(ann["phone"], Value::Null);
    let nowhere = json!({ "customer_id": AssetId::new(), "name": "Ann Ash" });
    desk.post(&priya, "/api/v1/contacts", nowhere).await.refused(StatusCode::NOT_FOUND, "no-such-customer");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn an_asset_gets_a_name_a_contact_of_its_customer_and_a_policy(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let device = desk.bench.device().await;
    let path = format!("/api/v1/assets/{}", device.asset_id);
    let patch = async |body: Value| desk.call(Some(&priya), Method::PATCH, &path, Some(body)).await;
    let asset = desk.get(&priya, &path).await.expect(StatusCode::OK);
    let ann = json!({ "customer_id": asset["customer"]["customer_id"], "name": "Ann Ash" });
    let ann = desk.post(&priya, "/api/v1/contacts", ann).await.expect(StatusCode::CREATED);
    let other = desk.post(&priya, "/api/v1/customers", json!({ "name": "Acorn" })).await.expect(StatusCode::CREATED);
    let bob = json!({ "customer_id": other["customer_id"], "name": "Bob" });
    let bob = desk.post(&priya, "/api/v1/contacts", bob).await.expect(StatusCode::CREATED);
    let policy = json!({ "name": "Desks", "menu": [{ "type": "separator" }] });
    let policy = desk.post(&priya, "/api/v1/policies", policy).await.expect(StatusCode::CREATED);
    let mut told = device.client.subscribe(subject::config(device.asset_id)).await.unwrap();
    device.round_trip().await;

    let change = json!({ "name": "Reception", "contact_id": ann["contact_id"], "policy_id": policy["policy_id"] });
    let changed = patch(change).await.expect(StatusCode::OK);
    let contact = json!({ "contact_id": ann["contact_id"], "name": "Ann Ash" });
    assert_eq!((&changed["name"], &changed["contact"]), (&json!("Reception"), &contact));
    told.next().await.unwrap();

    let cleared = patch(json!({ "contact_id": null })).await.expect(StatusCode::OK);
    assert_eq!((&cleared["name"], &cleared["contact"]), (&json!("Reception"), &Value::Null));
    assert_eq!(cleared["policy_id"], policy["policy_id"]);
    let list = desk.get(&priya, "/api/v1/assets?search=recep").await.expect(StatusCode::OK);
    assert_eq!(list, json!({ "assets": [cleared], "next_cursor": null }));

    for contact_id in [json!(ContactId::new()), bob["contact_id"].clone()] {
        let refused = patch(json!({ "contact_id": contact_id })).await;
        refused.refused(StatusCode::NOT_FOUND, "no-such-contact");
    }
    let refused = patch(json!({ "policy_id": PolicyId::new() })).await;
    refused.refused(StatusCode::NOT_FOUND, "no-such-policy");
    let nowhere = format!("/api/v1/assets/{}", AssetId::new());
    desk.get(&priya, &nowhere).await.refused(StatusCode::NOT_FOUND, "no-such-asset");
    let refused = desk.call(Some(&priya), Method::PATCH, &nowhere, Some(json!({}))).await;
    refused.refused(StatusCode::NOT_FOUND, "no-such-asset");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn who_may_manage_technicians_adds_some_and_nobody_else_does(db: PgPool) {
    let desk = Desk::new(db).await;
    let (ada, tom) = (desk.admin("Ada").await, desk.technician("Tom").await);
    let new = json!({ "name": "Priya", "email": "priya@desk.example", "password": "kettle-orbit-mango" });

    desk.post(&tom, "/api/v1/technicians", new.clone()).await.refused(StatusCode::FORBIDDEN, "missing-right");
    let priya = desk.post(&ada, "/api/v1/technicians", new.clone()).await.expect(StatusCode::CREATED);
    let again = json!({ "name": "P", "email": "PRIYA@desk.example", "password": "kettle-orbit-mango" });
    desk.post(&ada, "/api/v1/technicians", again).await.refused(StatusCode::CONFLICT, "email-taken");
    let weak = json!({ "name": "P", "email": "p@desk.example", "password": "horse" });
    desk.post(&ada, "/api/v1/technicians", weak).await.refused(StatusCode::BAD_REQUEST, "password-refused");

    let list = desk.get(&tom, "/api/v1/technicians").await.expect(StatusCode::OK);
    let names: Vec<_> = list["technicians"].as_array().unwrap().iter().map(|of| of["name"].clone()).collect();
    assert_eq!(names, ["Ada", "Priya", "Tom"]);
    assert_eq!(list["technicians"][1], priya);
    let sign_in = json!({ "email": "priya@desk.example", "password": "kettle-orbit-mango" });
    desk.call(None, Method::POST, "/api/v1/session", Some(sign_in)).await.expect(StatusCode::OK);
}
