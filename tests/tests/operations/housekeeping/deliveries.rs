use broker_config::Line;
use serde_json::json;
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use store::deliveries::WOKEN_BY;
use store::security_groups::TECHNICIANS;
use workers::housekeeping::Job;

use super::upkeep::Upkeep;

/// What is on its way to one technician: over which channel, in which state, in how many hours it is due, and in how many the
/// lease of whoever attempts it ends.
type OnItsWay = (&'static str, &'static str, i32, Option<i32>);

const DUE: OnItsWay = ("email", "pending", -1, None);
const LEFT: OnItsWay = ("webhook", "pending", -2, Some(-1));
const HELD: OnItsWay = ("email", "pending", -2, Some(1));
const LATER: OnItsWay = ("webhook", "pending", 1, None);

async fn put_on_its_way(db: &PgPool, (channel, state, due_in, lease_ends_in): OnItsWay) {
    sqlx::query(
        "insert into deliveries (delivery_id, technician_id, channel, state, next_attempt_at, leased_until)
         select gen_random_uuid(), technician_id, $1, $2, now() + make_interval(hours => $3),
                now() + make_interval(hours => $4)
         from technicians",
    )
    .bind(channel)
    .bind(state)
    .bind(due_in)
    .bind(lease_ends_in)
    .execute(db)
    .await
    .unwrap();
}

/// Whether whoever delivers was woken since this was last asked.
async fn was_woken(db: &PgPool, listener: &mut PgListener) -> bool {
    sqlx::query("select pg_notify($1, 'so far')").bind(WOKEN_BY).execute(db).await.unwrap();
    let mut woken = false;
    while listener.recv().await.unwrap().payload() != "so far" {
        woken = true;
    }
    woken
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn whoever_delivers_is_woken_for_what_nobody_attempts_and_for_nothing_else(db: PgPool) {
    let upkeep = Upkeep::new(db.clone()).await;
    let name = Line::new("Ada").unwrap();
    store::technicians::add(&db, &name, &name, "no hash", &[TECHNICIANS.into()]).await.unwrap().unwrap();
    let mut listener = PgListener::connect_with(&db).await.unwrap();
    listener.listen(WOKEN_BY).await.unwrap();
    let ended = ["sent", "failed", "withdrawn"].map(|state| ("email", state, -2, None));

    for (on_its_way, woken_for, begun_before) in [
        (vec![], 0, 0),
        (vec![DUE], 1, 0),
        (vec![LEFT], 1, 1),
        (vec![DUE, LEFT], 2, 1),
        // Each technician and channel gets one after the other.
        (vec![LEFT, LEFT], 1, 1),
        (vec![HELD, DUE], 0, 0),
        (vec![LATER, LEFT], 0, 0),
        (ended.to_vec(), 0, 0),
    ] {
        sqlx::query("delete from deliveries").execute(&db).await.unwrap();
        for delivery in &on_its_way {
            put_on_its_way(&db, *delivery).await;
        }

        let outcome = upkeep.perform(Job::RetryDeliveries).await;

        let expected = json!({ "woken_for": woken_for, "begun_before": begun_before });
        assert_eq!(outcome, expected, "{on_its_way:?}");
        assert_eq!(was_woken(&db, &mut listener).await, woken_for > 0, "{on_its_way:?}");
    }
    let attempts: i64 =
        sqlx::query_scalar("select coalesce(sum(attempts), 0) from deliveries").fetch_one(&db).await.unwrap();
    assert_eq!(attempts, 0, "to attempt them is for others");
}
