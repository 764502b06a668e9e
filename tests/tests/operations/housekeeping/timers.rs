use broker_config::{ChatSubject, Leaf, Role, TimerKind};
use serde_json::json;
use sqlx::PgPool;
use workers::housekeeping::Job;

use super::upkeep::Upkeep;

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_timer_that_was_lost_is_set_again_and_one_that_nobody_needs_is_not(db: PgPool) {
    sqlx::query("update policies set live_chat = $1 where name = 'Everyone'")
        .bind(json!({ "unavailable_message": "Nobody is at the desk.", "unavailable_seconds": 600 }))
        .execute(&db)
        .await
        .unwrap();
    let upkeep = Upkeep::new(db).await;
    let (waits, answered) = (upkeep.bench.device().await, upkeep.bench.device().await);
    let waiting = upkeep.chat(&waits, None).await;
    upkeep.chat(&answered, Some("Good morning.")).await;
    let log = &upkeep.bench.log;

    assert_eq!(upkeep.perform(Job::SetLostTimers).await, json!({ "looked_at": 1, "set": 1 }));
    let timer = log.running_timer(TimerKind::Unavailable, waiting).await.unwrap().unwrap().timer;
    assert_eq!((timer.chat_id, timer.since_seq), (waiting, 2));
    assert_eq!(upkeep.perform(Job::SetLostTimers).await, json!({ "looked_at": 0, "set": 0 }));

    let operator = upkeep.bench.broker.log(Role::Operator).await;
    let timers = operator.jetstream().get_stream(broker_config::stream::TIMER).await.unwrap();
    timers.purge().await.unwrap();
    assert_eq!(upkeep.perform(Job::SetLostTimers).await, json!({ "looked_at": 1, "set": 1 }));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_device_that_says_what_nobody_can_read_keeps_no_other_chat_from_its_timer(db: PgPool) {
    sqlx::query("update policies set live_chat = $1 where name = 'Everyone'")
        .bind(json!({ "unavailable_message": "Nobody is at the desk.", "unavailable_seconds": 600 }))
        .execute(&db)
        .await
        .unwrap();
    let upkeep = Upkeep::new(db).await;
    let (hostile, other) = (upkeep.bench.device().await, upkeep.bench.device().await);
    let chats = [upkeep.chat(&hostile, None).await, upkeep.chat(&other, None).await];
    let subject = ChatSubject::new(hostile.asset_id, chats[0], Leaf::SaidClient);
    hostile.client.request(subject.to_string(), "{".into()).await.unwrap();
    upkeep.settle().await;

    assert_eq!(upkeep.perform(Job::SetLostTimers).await, json!({ "looked_at": 2, "set": 2 }));
}
