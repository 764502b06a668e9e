use std::time::Duration;

use broker_config::InstanceId;
use serde_json::json;
use sqlx::PgPool;
use store::jobs::{all, claim, finish};

const REST: Duration = Duration::from_mins(5);
const ABANDONED: Duration = Duration::from_mins(10);

/// Makes the last run so many seconds older.
async fn age(db: &PgPool, seconds: f64) {
    sqlx::query("update jobs set started_at = started_at - make_interval(secs => $1)")
        .bind(seconds)
        .execute(db)
        .await
        .unwrap();
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn of_many_instances_that_try_at_once_one_gets_the_job(db: PgPool) {
    for round in 0..3 {
        let tries = (0..10).map(|_| claim(&db, "job", InstanceId::new(), REST, ABANDONED));
        let claimed: Vec<_> =
            futures::future::join_all(tries).await.into_iter().filter(|claimed| *claimed.as_ref().unwrap()).collect();
        assert_eq!(claimed.len(), 1, "round {round}");
        let by = all(&db).await.unwrap().remove(0).claimed_by;
        finish(&db, "job", by, Ok(&json!({ "round": round }))).await.unwrap();
        age(&db, 301.0).await;
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_job_rests_after_it_has_ended_and_is_taken_over_when_it_never_ends(db: PgPool) {
    let (one, other) = (InstanceId::new(), InstanceId::new());
    assert!(claim(&db, "job", one, REST, ABANDONED).await.unwrap());
    age(&db, 599.0).await;
    assert!(!claim(&db, "job", other, Duration::ZERO, ABANDONED).await.unwrap(), "it may be running");
    age(&db, 2.0).await;
    assert!(claim(&db, "job", other, REST, ABANDONED).await.unwrap(), "who ran it is gone");

    // The one that was thought gone ends after all: that is no longer its business.
    finish(&db, "job", one, Err("too late")).await.unwrap();
    assert_eq!(all(&db).await.unwrap()[0].finished_at, None);
    finish(&db, "job", other, Ok(&json!({ "closed": 1 }))).await.unwrap();
    let job = all(&db).await.unwrap().remove(0);
    assert_eq!((job.claimed_by, job.outcome, job.error), (other, Some(json!({ "closed": 1 })), None));
    assert!(job.finished_at.is_some());

    age(&db, 299.0).await;
    assert!(!claim(&db, "job", one, REST, ABANDONED).await.unwrap(), "too early");
    age(&db, 2.0).await;
    assert!(claim(&db, "job", one, REST, ABANDONED).await.unwrap(), "on time");
    finish(&db, "job", one, Err("the log is away")).await.unwrap();
    let job = all(&db).await.unwrap().remove(0);
    assert_eq!((job.outcome, job.error.as_deref()), (None, Some("the log is away")));
}
