use serde_json::{Value, json};
use sqlx::PgPool;
use tests::eventually;

use crate::installation::Installation;

fn every_second() -> [(String, String); 1] {
    [("TRAYLINE__HOUSEKEEPING__SCHEDULES__FORGET_SESSIONS".to_owned(), "* * * * * *".to_owned())]
}

async fn last_run(installation: &Installation) -> Value {
    let jobs = installation.json(&["jobs"]).await;
    let jobs = jobs["jobs"].as_array().unwrap();
    jobs.iter().find(|job| job["job"] == "forget_sessions").unwrap().clone()
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_process_does_jobs_on_schedule_another_takes_over_when_it_is_killed_and_a_signal_ends_it(db: PgPool) {
    let installation = Installation::new(db.clone()).await;
    assert_eq!(last_run(&installation).await, json!({ "job": "forget_sessions" }));
    let mut one = installation.trayline(&["work", "housekeeping"]).with(&every_second());
    one.start();
    eventually("the job was done", async || last_run(&installation).await["outcome"] == json!({ "forgotten": 0 }))
        .await;
    let by = last_run(&installation).await["claimed_by"].clone();

    one.kill();
    // As it is when it was killed in the middle, the stated time later.
    sqlx::query("update jobs set finished_at = null, started_at = now() - interval '11 minutes'")
        .execute(&db)
        .await
        .unwrap();
    let mut other = installation.trayline(&["work", "housekeeping"]).with(&every_second());
    other.start();
    eventually("the other does it", async || last_run(&installation).await["claimed_by"] != by).await;

    other.tell_to_stop();
    assert!(other.ended().await, "it ended well");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_job_can_be_run_by_hand(db: PgPool) {
    let installation = Installation::new(db).await;
    let ran = installation.run(&["jobs", "run", "close_idle_chats"]).await;
    assert_eq!((ran.code, ran.printed.trim()), (Some(0), r#"close_idle_chats: {"closed":0,"left":0,"waiting":[]}"#));
    assert_eq!(installation.run(&["jobs", "run", "sweep"]).await.code, Some(2));
}
