//! What is kept of somebody is exported and erased, and how long chats are kept is each customer's.

use axum::http::{Method, StatusCode};
use broker_config::ChatId;
use serde_json::{Value, json};
use sqlx::PgPool;
use store::rights::Right;
use tests::TestDevice;

use crate::desk::{Desk, Technician};

/// A device whose user is a new contact.
struct Theirs {
    device: TestDevice,
    contact_id: String,
    customer_id: String,
}

impl Theirs {
    async fn new(desk: &Desk, by: &Technician) -> Self {
        let device = desk.bench.device().await;
        let path = format!("/api/v1/assets/{}", device.asset_id);
        let asset = desk.get(by, &path).await.expect(StatusCode::OK);
        let customer_id = asset["customer"]["customer_id"].as_str().unwrap().to_owned();
        let ann = json!({ "customer_id": customer_id, "name": "Ann Ash", "email": "ann@ash.example" });
        let ann = desk.post(by, "/api/v1/contacts", ann).await.expect(StatusCode::CREATED);
        let contact_id = ann["contact_id"].as_str().unwrap().to_owned();
        let uses = json!({ "contact_id": contact_id });
        desk.call(Some(by), Method::PATCH, &path, Some(uses)).await.expect(StatusCode::OK);
        Self { device, contact_id, customer_id }
    }

    fn contact(&self, what: &str) -> String {
        format!("/api/v1/contacts/{}{what}", self.contact_id)
    }

    fn customer(&self, what: &str) -> String {
        format!("/api/v1/customers/{}{what}", self.customer_id)
    }
}

/// A chat in which the device said so many things.
async fn chat(desk: &Desk, device: &TestDevice, messages: usize) -> ChatId {
    let chat_id = ChatId::new();
    let seq = desk.bench.log.asset_state(device.asset_id).await.unwrap().seq;
    assert_eq!(device.open(chat_id, seq).await.error, None);
    for nth in 1..=messages {
        device.say(chat_id, &format!("word {nth}")).await;
    }
    desk.settle().await;
    chat_id
}

async fn export(desk: &Desk, by: &Technician, path: &str) -> Vec<Value> {
    let answer = desk.get(by, path).await;
    assert_eq!(answer.headers["content-type"], "application/x-ndjson");
    assert!(answer.headers["content-disposition"].to_str().unwrap().starts_with("attachment; filename="));
    let text = answer.expect(StatusCode::OK);
    text.as_str().unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn types(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["type"].as_str().unwrap()).collect()
}

async fn noted(desk: &Desk, action: &str) -> Vec<Value> {
    let rows: Vec<(String, String, Value)> =
        sqlx::query_as("select actor, subject_id, details from audit_log where action = $1 order by audit_id")
            .bind(action)
            .fetch_all(&desk.bench.db)
            .await
            .unwrap();
    rows.into_iter().map(|(actor, id, details)| json!([actor, id, details])).collect()
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn everything_that_is_kept_of_a_person_is_in_the_export_and_nothing_of_others(db: PgPool) {
    let desk = Desk::new(db).await;
    let ada = desk.admin("Ada").await;
    let (theirs, others) = (Theirs::new(&desk, &ada).await, Theirs::new(&desk, &ada).await);
    let chat_id = chat(&desk, &theirs.device, 250).await;
    chat(&desk, &others.device, 1).await;
    let note = json!({ "message_id": broker_config::MessageId::new(), "text": "a note", "note": true });
    let path = format!("/api/v1/chats/{chat_id}");
    desk.post(&ada, &format!("{path}/messages"), note).await.expect(StatusCode::CREATED);
    let ticket = json!({ "subject": "Ash on the printer" });
    desk.post(&ada, &format!("{path}/tickets"), ticket).await.expect(StatusCode::CREATED);
    desk.settle().await;

    let lines = export(&desk, &ada, &theirs.contact("/export")).await;

    let expected = [vec!["contact", "asset", "ticket", "chat"], vec!["message"; 251], vec!["end"]].concat();
    assert_eq!(types(&lines), expected);
    assert_eq!((&lines[0]["name"], &lines[0]["email"]), (&json!("Ann Ash"), &json!("ann@ash.example")));
    assert_eq!(lines[1]["asset_id"], json!(theirs.device.asset_id));
    assert_eq!((&lines[2]["subject"], &lines[2]["chat_ids"]), (&json!("Ash on the printer"), &json!([chat_id])));
    assert_eq!(lines[3]["opened_by"], json!({ "type": "client" }));
    let said: Vec<_> = lines[4..254].iter().map(|line| line["text"].as_str().unwrap().to_owned()).collect();
    assert_eq!(said, (1..=250).map(|nth| format!("word {nth}")).collect::<Vec<_>>());
    assert_eq!((&lines[254]["kind"], &lines[254]["text"]), (&json!("note"), &json!("a note")));
    assert_eq!(lines[255], json!({ "type": "end", "lines": 255 }));
    assert_eq!(noted(&desk, "contact.exported").await, [json!(["Ada", theirs.contact_id, {}])]);
    // That it was exported is part of what is kept, and of the next export.
    let again = export(&desk, &ada, &theirs.contact("/export")).await;
    assert_eq!(again[0]["audit"].as_array().unwrap().last().unwrap()["action"], "contact.exported");

    let whole = export(&desk, &ada, &theirs.customer("/export")).await;
    let expected = [vec!["customer", "contact", "asset", "ticket", "chat"], vec!["message"; 251], vec!["end"]].concat();
    assert_eq!(types(&whole), expected);
    let nothing = desk.get(&ada, &format!("/api/v1/contacts/{}/export", broker_config::ContactId::new())).await;
    nothing.refused(StatusCode::NOT_FOUND, "no-such-contact");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_person_is_erased_by_name_and_the_audit_log_does_not_say_who(db: PgPool) {
    let desk = Desk::new(db).await;
    let ada = desk.admin("Ada").await;
    let theirs = Theirs::new(&desk, &ada).await;
    let path = theirs.contact("/erasure");
    assert_eq!(desk.get(&ada, &path).await.expect(StatusCode::OK), json!({ "erasure": null }));

    let wrong = desk.post(&ada, &path, json!({ "name": "ann ash" })).await;
    wrong.refused(StatusCode::CONFLICT, "other-name");
    let begun = desk.post(&ada, &path, json!({ "name": "Ann Ash" })).await.expect(StatusCode::ACCEPTED);

    assert_eq!((&begun["finished_at"], &begun["chats"]), (&Value::Null, &json!(0)));
    assert_eq!(desk.get(&ada, &path).await.expect(StatusCode::OK), json!({ "erasure": begun }));
    let contact = desk.get(&ada, &theirs.contact("")).await.expect(StatusCode::OK);
    assert_eq!((&contact["name"], &contact["email"]), (&json!("Erased contact"), &Value::Null));
    let about = json!(["Ada", theirs.contact_id, { "erasure_id": begun["erasure_id"] }]);
    assert_eq!(noted(&desk, "contact.erased").await, [about]);
    let named: i64 = sqlx::query_scalar("select count(*) from audit_log a where lower(a::text) like '%ash%'")
        .fetch_one(&desk.bench.db)
        .await
        .unwrap();
    assert_eq!(named, 0);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_customer_says_for_how_long_its_chats_are_kept(db: PgPool) {
    let desk = Desk::new(db).await;
    let ada = desk.admin("Ada").await;
    let dora = desk.technician_who_may("Dora", [Right::ManageDirectory]).await;
    let theirs = Theirs::new(&desk, &ada).await;
    let patch = async |by, months: Value| {
        let body = json!({ "retention_months": months });
        desk.call(Some(by), Method::PATCH, &theirs.customer(""), Some(body)).await
    };
    assert_eq!(desk.get(&dora, &theirs.customer("")).await.body["retention_months"], Value::Null);

    for months in [json!(24), json!(0), Value::Null] {
        assert_eq!(patch(&ada, months.clone()).await.expect(StatusCode::OK)["retention_months"], months);
    }
    for months in [json!(-1), json!(1201), json!("2")] {
        patch(&ada, months).await.refused(StatusCode::BAD_REQUEST, "malformed");
    }
    patch(&dora, json!(1)).await.refused(StatusCode::FORBIDDEN, "missing-right");
    let renamed = json!({ "name": "Bluebell" });
    let renamed = desk.call(Some(&dora), Method::PATCH, &theirs.customer(""), Some(renamed)).await;
    assert_eq!(renamed.expect(StatusCode::OK)["name"], "Bluebell");

    let noted = noted(&desk, "customer.changed").await;
    assert_eq!(noted[0][2]["now"]["retention_months"], 24);
    assert_eq!(noted[0][2]["before"]["retention_months"], Value::Null);
    assert_eq!((noted.len(), &noted[3][0], &noted[3][2]["is_renamed"]), (4, &json!("Dora"), &json!(true)));
}
