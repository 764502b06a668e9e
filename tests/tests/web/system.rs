//! What administrators are shown of the workers.

use std::time::Duration;

use axum::http::StatusCode;
use broker_config::{Counted, DeadLetter, InstanceId, WorkerLease, consumer};
use chrono::DateTime;
use serde_json::json;
use sqlx::PgPool;

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
