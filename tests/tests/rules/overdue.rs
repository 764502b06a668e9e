//! Deliveries that are overdue: housekeeping wakes whoever delivers, and each is attempted once.

use std::time::Duration;

use sqlx::PgPool;
use store::webhooks::WebhookFormat;

use crate::desk::{RunningPostman, deliveries_become, settings};
use crate::postman::{hooked, messages_come};
use crate::receiver::Receiver;
use crate::scene::Scene;

/// What the job says that it did, run by hand in a process of its own.
fn retry(scene: &Scene) -> String {
    scene.bench.program(&["jobs", "run", "retry_deliveries"]).run().trim().to_owned()
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_one_who_died_left_is_attempted_once_by_those_who_are_woken_again_and_again(db: PgPool) {
    let receiver = Receiver::answering(&[]).await;
    for name in ["Ada", "Bob", "Cleo"] {
        hooked(&db, name, &receiver.url, WebhookFormat::Trayline).await;
    }
    let scenes = messages_come(&db, 1).await;
    let left = store::deliveries::lease(&db, 3, Duration::from_hours(1)).await.unwrap();
    assert_eq!(left.len(), 3);
    let postmen = [(); 2].map(|()| RunningPostman::start(&scenes[0], settings(None)));
    assert_eq!(retry(&scenes[0]), r#"retry_deliveries: {"begun_before":0,"woken_for":0}"#);
    assert_eq!(receiver.requests(), [], "somebody may be attempting them");

    sqlx::query(
        "update deliveries set next_attempt_at = now() - interval '1 day', leased_until = now() - interval '1 hour'",
    )
    .execute(&db)
    .await
    .unwrap();
    for _ in 0..3 {
        retry(&scenes[0]);
    }
    deliveries_become(&db, &["Ada", "Bob", "Cleo"].map(|name| (name, "webhook", "sent"))).await;
    assert_eq!(retry(&scenes[0]), r#"retry_deliveries: {"begun_before":0,"woken_for":0}"#);
    for postman in postmen {
        postman.stop().await;
    }

    let attempts: Vec<i32> = sqlx::query_scalar("select attempts from deliveries").fetch_all(&db).await.unwrap();
    assert_eq!(attempts, [2, 2, 2]);
    let mut delivered: Vec<_> = receiver.requests().into_iter().map(|request| request.delivery_id).collect();
    delivered.sort();
    delivered.dedup();
    assert_eq!((delivered.len(), receiver.requests().len()), (3, 3));
}
