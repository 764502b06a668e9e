//! Policies, where they are put, and what holds in the end.

use axum::http::{Method, StatusCode};
use broker_config::{AssetGroupId, AssetId, CustomerId, MenuEntryId, PolicyId, TechnicianId};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::desk::{Desk, Technician};

/// Adds a policy, and gives its id.
async fn add(desk: &Desk, by: &Technician, policy: Value) -> Value {
    desk.post(by, "/api/v1/policies", policy).await.expect(StatusCode::CREATED)["policy_id"].clone()
}

async fn patch(desk: &Desk, by: &Technician, path: &str, body: Value) -> Value {
    desk.call(Some(by), Method::PATCH, path, Some(body)).await.expect(StatusCode::OK)
}

fn id(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_holds_for_an_asset_comes_from_the_nearest_policy_and_says_from_which(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let asset_path = format!("/api/v1/assets/{}", desk.bench.asset().await);
    let asset = desk.get(&priya, &asset_path).await.expect(StatusCode::OK);
    let customer_path = format!("/api/v1/customers/{}", id(&asset["customer"]["customer_id"]));
    let entry_id = MenuEntryId::new();

    let quick = add(&desk, &priya, json!({ "name": "Quick", "live_chat": { "unavailable_seconds": 5 } })).await;
    let silent = json!({ "name": "Silent", "live_chat": { "unavailable_message": "", "unavailable_seconds": 60 } });
    let silent = add(&desk, &priya, silent).await;
    let menu = json!([{ "type": "live_chat", "entry_id": entry_id, "unavailable_message": "Soon!" }]);
    let whole = json!({ "name": "Whole", "menu": menu, "live_chat": { "title": "Ask us" } });
    let whole = add(&desk, &priya, whole).await;
    let assignment = json!({ "type": "technician", "technician_id": priya.id });
    let global = json!({ "name": "Global", "menu": [], "live_chat": { "assignment": assignment } });
    let global = add(&desk, &priya, global).await;

    patch(&desk, &priya, &asset_path, json!({ "policy_id": quick })).await;
    let group = json!({ "name": "Desks", "policy_id": silent });
    let group = desk.post(&priya, "/api/v1/asset-groups", group).await.expect(StatusCode::CREATED);
    patch(&desk, &priya, &asset_path, json!({ "asset_group_id": group["asset_group_id"] })).await;
    patch(&desk, &priya, &customer_path, json!({ "policy_id": whole })).await;
    let put = json!({ "policy_id": global });
    assert_eq!(desk.put(&priya, "/api/v1/installation/policy", put.clone()).await.expect(StatusCode::OK), put);
    assert_eq!(desk.get(&priya, "/api/v1/installation/policy").await.expect(StatusCode::OK), put);

    let effective = desk.get(&priya, &format!("{asset_path}/policy")).await.expect(StatusCode::OK);
    let from = |level: &str, policy_id: &Value, name: &str| json!({ "level": level, "policy_id": policy_id, "policy_name": name });
    let expected = json!({
        "menu_from": from("customer", &whole, "Whole"),
        "entries": [{
            "type": "live_chat",
            "entry_id": entry_id,
            "title": { "value": "Ask us", "from": from("customer", &whole, "Whole") },
            "unavailable_message": { "value": "", "from": from("asset_group", &silent, "Silent") },
            "assignment": { "value": assignment, "from": from("global", &global, "Global") },
            "unavailable_seconds": { "value": 5, "from": from("asset", &quick, "Quick") },
            "is_on": { "value": true, "from": null },
        }],
    });
    assert_eq!(effective, expected);

    let nowhere = format!("/api/v1/assets/{}/policy", AssetId::new());
    desk.get(&priya, &nowhere).await.refused(StatusCode::NOT_FOUND, "no-such-asset");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_new_installation_has_a_policy_for_everyone(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let list = desk.get(&priya, "/api/v1/policies").await.expect(StatusCode::OK);
    let global = desk.get(&priya, "/api/v1/installation/policy").await.expect(StatusCode::OK);
    let entry_id = "019aac00-0000-7000-8000-000000000001";
    let menu = json!([{ "type": "live_chat", "entry_id": entry_id, "title": "Chat with IT" }]);
    let everyone = json!({ "policy_id": global["policy_id"], "name": "Everyone", "menu": menu, "live_chat": {} });
    assert_eq!(list, json!({ "policies": [everyone] }));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_policy_is_replaced_whole_and_bad_ones_are_refused_with_a_word(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let first = json!({ "name": "Desks", "menu": [{ "type": "separator" }], "live_chat": { "title": "Help" } });
    let path = format!("/api/v1/policies/{}", id(&add(&desk, &priya, first).await));
    let off = json!({ "name": "Laptops", "live_chat": { "is_on": false, "assignment": { "type": "nobody" } } });
    let replaced = desk.put(&priya, &path, off).await.expect(StatusCode::OK);
    let live_chat = json!({ "is_on": false, "assignment": { "type": "nobody" } });
    assert_eq!(
        (&replaced["name"], &replaced["menu"], &replaced["live_chat"]),
        (&json!("Laptops"), &json!(null), &live_chat)
    );

    let entry_id = MenuEntryId::new();
    for (bad, says) in [
        (
            json!({ "menu": [{ "type": "link", "entry_id": entry_id, "title": "x", "url": "javascript:alert(1)" }] }),
            "http",
        ),
        (json!({ "menu": [{ "type": "link", "title": "x", "url": "https://help.example" }] }), "entry_id"),
        (
            json!({ "menu": [{ "type": "live_chat", "entry_id": entry_id, "unavailable_second": 3 }] }),
            "unavailable_second",
        ),
        (json!({ "live_chat": { "unavailable_seconds": 0 } }), "from 1 to 86400"),
        (json!({ "live_chat": { "unavailable_seconds": 86_401 } }), "from 1 to 86400"),
        (json!({ "live_chat": { "unavailable_message": "a\u{0}b" } }), "NUL"),
        (json!({ "live_chat": { "unavailable_message": "x".repeat(16 * 1024 + 1) } }), "limit is 16384"),
        (json!({ "live_chat": { "assignment": { "type": "everybody" } } }), "everybody"),
        (json!({ "live_chat": { "asignment": null } }), "asignment"),
    ] {
        let mut body = bad;
        body["name"] = json!("x");
        let refused = desk.put(&priya, &path, body).await.refused(StatusCode::BAD_REQUEST, "malformed");
        assert!(id(&refused["detail"]).contains(says), "{refused}");
    }
    let stranger = json!({ "type": "technician", "technician_id": TechnicianId::new() });
    let strange = json!({ "name": "x", "live_chat": { "assignment": stranger } });
    desk.put(&priya, &path, strange.clone()).await.refused(StatusCode::NOT_FOUND, "no-such-technician");
    desk.post(&priya, "/api/v1/policies", strange).await.refused(StatusCode::NOT_FOUND, "no-such-technician");
    let nowhere = format!("/api/v1/policies/{}", PolicyId::new());
    desk.put(&priya, &nowhere, json!({ "name": "x" })).await.refused(StatusCode::NOT_FOUND, "no-such-policy");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_policy_in_use_stays_and_the_refusal_says_where_it_is_used(db: PgPool) {
    let desk = Desk::new(db).await;
    let (ada, asset_id) = (desk.admin("Ada").await, desk.bench.asset().await);
    let policy_id = add(&desk, &ada, json!({ "name": "Desks" })).await;
    let path = format!("/api/v1/policies/{}", id(&policy_id));
    let remove = async || desk.call(Some(&ada), Method::DELETE, &path, None).await;
    let (used, unused) = (json!({ "policy_id": policy_id }), json!({ "policy_id": null }));
    let before = desk.get(&ada, "/api/v1/installation/policy").await.expect(StatusCode::OK);

    let asset_path = format!("/api/v1/assets/{asset_id}");
    let asset = patch(&desk, &ada, &asset_path, used.clone()).await;
    let customer_id = &asset["customer"]["customer_id"];
    let customer_path = format!("/api/v1/customers/{}", id(customer_id));
    patch(&desk, &ada, &customer_path, used.clone()).await;
    let group = json!({ "name": "Desks", "policy_id": policy_id });
    let group = desk.post(&ada, "/api/v1/asset-groups", group).await.expect(StatusCode::CREATED);
    desk.put(&ada, "/api/v1/installation/policy", used.clone()).await.expect(StatusCode::OK);
    let key = json!({ "customer_id": customer_id, "policy_id": policy_id, "expires_at": "2120-01-01T00:00:00Z" });
    desk.post(&ada, "/api/v1/enrolment-keys", key.clone()).await.expect(StatusCode::CREATED);
    sqlx::query("update enrolment_keys set expires_at = now()").execute(&desk.bench.db).await.unwrap();
    desk.post(&ada, "/api/v1/enrolment-keys", key).await.expect(StatusCode::CREATED);
    let refused = remove().await.refused(StatusCode::CONFLICT, "policy-in-use");
    let everywhere = json!({ "assets": 1, "asset_groups": 1, "customers": 1, "enrolment_keys": 1, "is_global": true });
    assert_eq!(refused["used_by"], everywhere);

    patch(&desk, &ada, &asset_path, unused.clone()).await;
    patch(&desk, &ada, &customer_path, unused.clone()).await;
    desk.put(&ada, "/api/v1/installation/policy", before).await.expect(StatusCode::OK);
    let refused = remove().await.refused(StatusCode::CONFLICT, "policy-in-use");
    let less = json!({ "assets": 0, "asset_groups": 1, "customers": 0, "enrolment_keys": 1, "is_global": false });
    assert_eq!(refused["used_by"], less);

    patch(&desk, &ada, &format!("/api/v1/asset-groups/{}", id(&group["asset_group_id"])), unused).await;
    sqlx::query("update enrolment_keys set revoked_at = now()").execute(&desk.bench.db).await.unwrap();
    remove().await.expect(StatusCode::NO_CONTENT);
    remove().await.refused(StatusCode::NOT_FOUND, "no-such-policy");
    for path in [asset_path, customer_path] {
        let refused = desk.call(Some(&ada), Method::PATCH, &path, Some(used.clone())).await;
        refused.refused(StatusCode::NOT_FOUND, "no-such-policy");
    }
    let refused = desk.put(&ada, "/api/v1/installation/policy", used).await;
    refused.refused(StatusCode::NOT_FOUND, "no-such-policy");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn groups_of_assets_are_added_changed_found_and_removed(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let asset_path = format!("/api/v1/assets/{}", desk.bench.asset().await);
    let asset = desk.get(&priya, &asset_path).await.expect(StatusCode::OK);
    let ours = &asset["customer"]["customer_id"];
    let other = desk.post(&priya, "/api/v1/customers", json!({ "name": "Acorn" })).await.expect(StatusCode::CREATED);
    let mut groups = Vec::new();
    for (name, customer_id) in [("Tills", ours), ("laptops", &other["customer_id"]), ("Meeting rooms", &Value::Null)] {
        let group = json!({ "name": name, "customer_id": customer_id });
        groups.push(desk.post(&priya, "/api/v1/asset-groups", group).await.expect(StatusCode::CREATED));
    }
    let group_path = |group: &Value| format!("/api/v1/asset-groups/{}", id(&group["asset_group_id"]));

    groups[0] = patch(&desk, &priya, &group_path(&groups[0]), json!({ "name": "Tills and scales" })).await;
    assert_eq!((&groups[0]["name"], &groups[0]["policy_id"]), (&json!("Tills and scales"), &Value::Null));
    let list = desk.get(&priya, "/api/v1/asset-groups").await.expect(StatusCode::OK);
    let expected = json!({ "asset_groups": [groups[1], groups[2], groups[0]], "next_cursor": null });
    assert_eq!(list, expected);
    let path = format!("/api/v1/asset-groups?customer_id={}&search=S", id(ours));
    let list = desk.get(&priya, &path).await.expect(StatusCode::OK);
    assert_eq!(list["asset_groups"], json!([groups[2], groups[0]]));

    let into = |group: &Value| json!({ "asset_group_id": group["asset_group_id"] });
    let moved = patch(&desk, &priya, &asset_path, into(&groups[0])).await;
    assert_eq!(moved["asset_group_id"], groups[0]["asset_group_id"]);
    for nowhere in [into(&groups[1]), json!({ "asset_group_id": AssetGroupId::new() })] {
        let refused = desk.call(Some(&priya), Method::PATCH, &asset_path, Some(nowhere)).await;
        refused.refused(StatusCode::NOT_FOUND, "no-such-asset-group");
    }
    let remove = async || desk.call(Some(&priya), Method::DELETE, &group_path(&groups[0]), None).await;
    remove().await.expect(StatusCode::NO_CONTENT);
    remove().await.refused(StatusCode::NOT_FOUND, "no-such-asset-group");
    assert_eq!(desk.get(&priya, &asset_path).await.expect(StatusCode::OK), asset);

    for (field, slug) in [("customer_id", "no-such-customer"), ("policy_id", "no-such-policy")] {
        let mut group = json!({ "name": "x" });
        group[field] = json!(PolicyId::new());
        desk.post(&priya, "/api/v1/asset-groups", group).await.refused(StatusCode::NOT_FOUND, slug);
    }
    for path in
        [format!("/api/v1/asset-groups/{}", AssetGroupId::new()), format!("/api/v1/customers/{}", CustomerId::new())]
    {
        let slug = if path.contains("groups") { "no-such-asset-group" } else { "no-such-customer" };
        let refused = desk.call(Some(&priya), Method::PATCH, &path, Some(json!({ "name": "x" }))).await;
        refused.refused(StatusCode::NOT_FOUND, slug);
    }
}
