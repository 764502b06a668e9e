//! What administrators are shown of the workers.

use std::time::Duration;

use axum::http::StatusCode;
use broker_config::{AssetId, Counted, DeadLetter, InstanceId, WorkerLease, consumer};
use chrono::DateTime;
use serde_json::json;
use sqlx::PgPool;
use store::floods::Flood;

use crate::desk::Desk;

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn an_administrator_alone_sees_how_the_workers_do_and_what_jobs_did(db: PgPool) {
    let desk = Desk::new(db).await;
    let (ada, tom) = (desk.admin("Ada").await, desk.technician("Tom").await);
    let lease = WorkerLease {
        worker: "sync".to_owned(),
        instance_id: InstanceId::new(),
        host: "one".to_owned(),
        process_id: 7,
        version: "0.1.0".to_owned(),
        started_at: DateTime::UNIX_EPOCH,
        counted: Counted { handled: 5, failures: 1, dead_letters: 0 },
    };
    desk.bench.log.renew_lease(&lease).await.unwrap();
    let by = lease.instance_id;
    assert!(store::jobs::claim(&desk.bench.db, "forget_sessions", by, Duration::ZERO, Duration::ZERO).await.unwrap());
    store::jobs::finish(&desk.bench.db, "forget_sessions", by, Ok(&json!({ "forgotten": 3 }))).await.unwrap();

    desk.get(&tom, "/api/v1/system").await.refused(StatusCode::FORBIDDEN, "missing-right");
    let system = desk.get(&ada, "/api/v1/system").await.expect(StatusCode::OK);

    let sync = system["workers"].as_array().unwrap().iter().find(|of| of["worker"] == "sync").unwrap();
    let counted = json!({ "handled": 5, "failures": 1, "dead_letters": 0 });
    assert_eq!(
        sync,
        &json!({ "worker": "sync", "instances": [lease], "backlog": null, "counted": counted, "dead_letters": 0 })
    );
    assert_eq!(system["jobs"][0]["outcome"], json!({ "forgotten": 3 }));
    desk.bench.log.end_lease(&lease).await.unwrap();
    let system = desk.get(&ada, "/api/v1/system").await.expect(StatusCode::OK);
    let sync = system["workers"].as_array().unwrap().iter().find(|of| of["worker"] == "sync").unwrap();
    assert_eq!(sync["instances"], json!([]));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn an_administrator_sees_which_devices_sent_too_much_and_the_audit_log_has_it_once_an_hour(db: PgPool) {
    let desk = Desk::new(db).await;
    let (ada, asset_id) = (desk.admin("Ada").await, desk.bench.asset().await);
    for messages in [20_000, 40_000, 30_000] {
        store::floods::record(&desk.bench.db, &Flood { asset_id, messages, bytes: 5 }).await.unwrap();
    }
    store::floods::record(&desk.bench.db, &Flood { asset_id: AssetId::new(), messages: 1, bytes: 1 }).await.unwrap();

    let mut system = desk.get(&ada, "/api/v1/system").await.expect(StatusCode::OK);
    let floods = system["floods"].as_array_mut().unwrap();
    for flood in &mut *floods {
        let flood = flood.as_object_mut().unwrap();
        assert!(flood.remove("first_at").is_some() && flood.remove("last_at").is_some());
    }
    assert_eq!(
        floods,
        &[json!({
            "asset_id": asset_id, "name": "FRONTDESK-01", "customer_name": "Bluebell Dental", "messages": 40_000, "bytes": 5,
        })]
    );
    let (hours, audited): (i64, i64) = sqlx::query_as(
        "select (select count(*) from device_floods),
                (select count(*) from audit_log where action = 'device.flooded' and actor = 'system')",
    )
    .fetch_one(&desk.bench.db)
    .await
    .unwrap();
    assert_eq!(audited, hours);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn an_administrator_alone_reads_the_dead_letters_without_their_messages(db: PgPool) {
    let desk = Desk::new(db).await;
    let (ada, tom) = (desk.admin("Ada").await, desk.technician("Tom").await);
    let letter = DeadLetter::new("malformed fact", ("CHAT", 9, DateTime::UNIX_EPOCH), "chat.x", b"{", 100_000);
    desk.bench.log.bury(consumer::PING, &letter).await.unwrap();

    desk.get(&tom, "/api/v1/dead-letters").await.refused(StatusCode::FORBIDDEN, "missing-right");
    let page = desk.get(&ada, "/api/v1/dead-letters").await.expect(StatusCode::OK);

    let mut found = page["dead_letters"][0].clone();
    found.as_object_mut().unwrap().remove("buried_at").unwrap();
    let expected = json!({
        "letter_seq": 1, "worker": "ping", "reason": "malformed fact", "stream": "CHAT", "seq": 9, "subject": "chat.x",
        "at": "1970-01-01T00:00:00Z",
    });
    assert_eq!((found, &page["next_after"]), (expected, &json!(1)));
    let next = desk.get(&ada, "/api/v1/dead-letters?after=1").await.expect(StatusCode::OK);
    assert_eq!(next, json!({ "dead_letters": [], "next_after": null }));
}
