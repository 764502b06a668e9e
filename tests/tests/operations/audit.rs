//! What is done on the command line stands in the audit log.

use serde_json::{Value, json};
use sqlx::PgPool;
use tests::eventually;

use crate::installation::Installation;

async fn noted(db: &PgPool) -> Vec<(String, String, Value)> {
    sqlx::query_as("select action, actor, details from audit_log order by audit_id").fetch_all(db).await.unwrap()
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_is_done_on_the_command_line_is_in_it(db: PgPool) {
    let installation = Installation::new(db.clone()).await;
    installation.json(&["admin", "setup-code"]).await;
    let customer = installation.json(&["admin", "customer", "add", "--name", "Marmalade Ltd"]).await;
    installation.json(&["admin", "enrolment-key", "add", "--customer", "Marmalade Ltd"]).await;
    let ada = ["--email", "ada@desk.example", "--name", "Ada", "--admin", "--generate-password"];
    installation.json(&[&["admin", "technician", "add"][..], &ada].concat()).await;
    let tom = ["--email", "tom@desk.example", "--name", "Tom", "--generate-password"];
    installation.json(&[&["admin", "technician", "add"][..], &tom].concat()).await;
    installation.json(&["admin", "technician", "disable", "--email", "tom@desk.example"]).await;
    installation.json(&["jobs", "run", "index_texts"]).await;

    let rows = noted(&db).await;
    assert!(rows.iter().all(|(_, actor, _)| actor == "command line"), "{rows:?}");
    let expected = [
        "setup_code.made",
        "customer.added",
        "enrolment_key.added",
        "technician.added",
        "technician.added",
        "technician.changed",
        "job.run",
    ];
    assert_eq!(rows.iter().map(|(action, ..)| action.as_str()).collect::<Vec<_>>(), expected);
    assert_eq!(rows[2].2["customer_id"], customer["customer_id"]);
    assert_eq!(rows[5].2, json!({ "is_disabled": true }));
    assert!(!format!("{rows:?}").contains("Marmalade"), "{rows:?}");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn who_throws_a_dead_letter_away_is_in_it(db: PgPool) {
    let installation = Installation::new(db.clone()).await;
    let mut persistence = installation.trayline(&["work", "persistence"]);
    persistence.start();
    let device = installation.bench.device().await;
    let garbage = format!("chat.{}.not-a-chat.said.client", device.asset_id);
    device.client.request(garbage, "{}".into()).await.unwrap();
    eventually("there is a dead letter", async || {
        installation.json(&["dead", "list"]).await["dead_letters"].as_array().is_some_and(|letters| letters.len() == 1)
    })
    .await;

    installation.json(&["dead", "replay", "--all"]).await;
    installation.json(&["dead", "discard", "--all", "--yes"]).await;

    let details = json!({ "worker": "persistence", "stream": "CHAT", "seq": 1 });
    let row = |action: &str| (action.to_owned(), "command line".to_owned(), details.clone());
    assert_eq!(noted(&db).await, [row("dead_letter.replayed"), row("dead_letter.discarded")]);
}
