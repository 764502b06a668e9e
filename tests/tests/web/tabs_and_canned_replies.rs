//! Which tabs the front has, and what technicians say often.

use axum::http::{Method, StatusCode};
use broker_config::CannedReplyId;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::desk::Desk;

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn an_administrator_alone_turns_the_chat_tab_off_for_everybody(db: PgPool) {
    let desk = Desk::new(db).await;
    let (ada, tom) = (desk.admin("Ada").await, desk.technician("Tom").await);
    let path = "/api/v1/installation/tabs";

    assert_eq!(desk.get(&tom, path).await.expect(StatusCode::OK), json!({ "chat": true }));
    desk.put(&tom, path, json!({ "chat": false })).await.refused(StatusCode::FORBIDDEN, "missing-right");
    for _repeat in 0..2 {
        let off = desk.put(&ada, path, json!({ "chat": false })).await.expect(StatusCode::OK);
        assert_eq!(off, json!({ "chat": false }));
        assert_eq!(desk.get(&tom, path).await.expect(StatusCode::OK), off);
    }
    for wrong in [json!({}), json!({ "chat": null }), json!({ "chat": true, "tickets": true })] {
        desk.put(&ada, path, wrong).await.refused(StatusCode::BAD_REQUEST, "malformed");
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn canned_replies_are_added_changed_listed_and_removed(db: PgPool) {
    let desk = Desk::new(db).await;
    let tom = desk.technician("Tom").await;
    let path = "/api/v1/canned-replies";
    let mut replies = Vec::new();
    for (shortcut, text) in [("restart", "Please restart it.\nThen wait."), ("Grüße-2", "Hello!")] {
        let new = json!({ "shortcut": shortcut, "text": text });
        let added = desk.post(&tom, path, new.clone()).await.expect(StatusCode::CREATED);
        assert_eq!((&added["shortcut"], &added["text"]), (&json!(shortcut), &json!(text)));
        desk.post(&tom, path, new).await.refused(StatusCode::CONFLICT, "shortcut-taken");
        replies.push(added);
    }
    let list = async || desk.get(&tom, path).await.expect(StatusCode::OK)["canned_replies"].clone();
    assert_eq!(list().await, json!([replies[1], replies[0]]));

    let one = format!("{path}/{}", replies[0]["canned_reply_id"].as_str().unwrap());
    let patch = async |body: Value| desk.call(Some(&tom), Method::PATCH, &one, Some(body)).await;
    for _repeat in 0..2 {
        let changed = patch(json!({ "shortcut": "again", "text": "Once more." })).await.expect(StatusCode::OK);
        (replies[0]["shortcut"], replies[0]["text"]) = (json!("again"), json!("Once more."));
        assert_eq!(changed, replies[0]);
    }
    assert_eq!(patch(json!({})).await.expect(StatusCode::OK), replies[0]);
    patch(json!({ "shortcut": "GRÜßE-2" })).await.refused(StatusCode::CONFLICT, "shortcut-taken");
    for shortcut in ["", "two words", "a/b", "semi;colon", &"x".repeat(33)] {
        patch(json!({ "shortcut": shortcut })).await.refused(StatusCode::BAD_REQUEST, "malformed");
        let new = json!({ "shortcut": shortcut, "text": "x" });
        desk.post(&tom, path, new).await.refused(StatusCode::BAD_REQUEST, "malformed");
    }
    patch(json!({ "text": "" })).await.refused(StatusCode::BAD_REQUEST, "malformed");

    let remove = async || desk.call(Some(&tom), Method::DELETE, &one, None).await;
    remove().await.expect(StatusCode::NO_CONTENT);
    remove().await.refused(StatusCode::NOT_FOUND, "no-such-canned-reply");
    patch(json!({ "text": "x" })).await.refused(StatusCode::NOT_FOUND, "no-such-canned-reply");
    let nowhere = format!("{path}/{}", CannedReplyId::new());
    desk.call(Some(&tom), Method::DELETE, &nowhere, None).await.refused(StatusCode::NOT_FOUND, "no-such-canned-reply");
    assert_eq!(list().await, json!([replies[1]]));

    let many = "insert into canned_replies (canned_reply_id, shortcut, body)
                select gen_random_uuid(), 'many-' || n, 'x' from generate_series(2, 500) as n";
    sqlx::query(many).execute(&desk.bench.db).await.unwrap();
    let refused = desk.post(&tom, path, json!({ "shortcut": "more", "text": "x" })).await;
    refused.refused(StatusCode::CONFLICT, "too-many-canned-replies");
}
