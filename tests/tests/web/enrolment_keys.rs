//! Enrolment keys, as administrators make, list and revoke them.

use axum::http::{Method, StatusCode};
use broker_config::{CustomerId, EnrolmentKeyId};
use nkeys::KeyPair;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::desk::Desk;
use crate::devices::{customer, enrol};

const KEYS: &str = "/api/v1/enrolment-keys";

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn an_administrator_alone_makes_enrolment_keys(db: PgPool) {
    let desk = Desk::new(db).await;
    let (ada, tom) = (desk.admin("Ada").await, desk.technician("Tom").await);
    let customer_id = customer(&desk).await;
    desk.post(&tom, KEYS, json!({ "customer_id": customer_id })).await.refused(StatusCode::FORBIDDEN, "missing-right");
    let nowhere = json!({ "customer_id": CustomerId::new() });
    desk.post(&ada, KEYS, nowhere).await.refused(StatusCode::NOT_FOUND, "no-such-customer");
    for impossible in [json!({ "uses": 0 }), json!({ "expires_at": "2020-01-01T00:00:00Z" }), json!({ "name": "" })] {
        let mut body = json!({ "customer_id": customer_id });
        body.as_object_mut().unwrap().extend(impossible.as_object().unwrap().clone());
        desk.post(&ada, KEYS, body).await.refused(StatusCode::BAD_REQUEST, "malformed");
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn keys_are_listed_with_what_became_of_them_and_never_with_the_key(db: PgPool) {
    let desk = Desk::new(db).await;
    let ada = desk.admin("Ada").await;
    let customer_id = customer(&desk).await;
    let mut made = Vec::new();
    for name in ["good", "used up", "expired", "revoked"] {
        let body = json!({ "customer_id": customer_id, "name": name, "uses": 1, "lets_in_again": name == "good" });
        made.push(desk.post(&ada, KEYS, body).await.expect(StatusCode::CREATED));
    }
    enrol(&desk, made[1]["key"].as_str().unwrap(), &KeyPair::new_user()).await.expect(StatusCode::CREATED);
    let expired = sqlx::query("update enrolment_keys set expires_at = now() where name = 'expired'");
    expired.execute(&desk.bench.db).await.unwrap();
    let revoked = format!("{KEYS}/{}", made[3]["enrolment_key_id"].as_str().unwrap());
    for _ in ["once", "again"] {
        desk.call(Some(&ada), Method::DELETE, &revoked, None).await.expect(StatusCode::NO_CONTENT);
    }

    let listed = desk.get(&ada, KEYS).await.expect(StatusCode::OK);
    let of = |key: &Value| {
        ["name", "state", "used", "lets_in_again", "made_by", "revoked_by"].map(|field| key[field].clone())
    };
    let keys: Vec<_> = listed["enrolment_keys"].as_array().unwrap().iter().map(of).collect();
    let expected = [
        [json!("revoked"), json!("revoked"), json!(0), json!(false), json!("Ada"), json!("Ada")],
        [json!("expired"), json!("expired"), json!(0), json!(false), json!("Ada"), Value::Null],
        [json!("used up"), json!("used_up"), json!(1), json!(false), json!("Ada"), Value::Null],
        [json!("good"), json!("good"), json!(0), json!(true), json!("Ada"), Value::Null],
    ];
    assert_eq!(keys, expected);
    assert_eq!(listed["next_cursor"], Value::Null);
    for key in &made {
        assert!(!listed.to_string().contains(key["key"].as_str().unwrap()));
    }

    let pages = [format!("{KEYS}?limit=3"), format!("{KEYS}?customer_id={}", CustomerId::new())];
    let [first, nobodys] = [desk.get(&ada, &pages[0]).await.body, desk.get(&ada, &pages[1]).await.body];
    let next = format!("{KEYS}?limit=3&cursor={}", first["next_cursor"].as_str().unwrap());
    assert_eq!(desk.get(&ada, &next).await.body["enrolment_keys"][0]["name"], "good");
    assert_eq!(nobodys["enrolment_keys"], json!([]));

    let unknown = format!("{KEYS}/{}", EnrolmentKeyId::new());
    let answer = desk.call(Some(&ada), Method::DELETE, &unknown, None).await;
    answer.refused(StatusCode::NOT_FOUND, "no-such-enrolment-key");
    let told = "select count(*) from audit_log where action = 'enrolment_key.revoked'";
    assert_eq!(sqlx::query_scalar::<_, i64>(told).fetch_one(&desk.bench.db).await.unwrap(), 1);
}
