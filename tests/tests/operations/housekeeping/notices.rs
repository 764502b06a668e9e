use broker_config::{ChatId, Line, TechnicianId};
use serde_json::json;
use sqlx::PgPool;
use store::security_groups::TECHNICIANS;
use workers::housekeeping::Job;

use super::upkeep::Upkeep;

const KEPT_DAYS: i32 = 90;

/// Tells a technician of a chat by one rule, by e-mail. Read so many days ago, or not at all.
pub async fn tell(
    db: &PgPool,
    technician_id: TechnicianId,
    chat_id: ChatId,
    rule: &str,
    state: &str,
    read: Option<i32>,
) {
    sqlx::query(
        "with claim as (insert into notification_claims (technician_id, chat_id, rule, seq) values ($1, $2, $3, 2)),
              ping as (
                  insert into pings (chat_id, technician_id, seq, read_upto, sent_at) values ($2, $1, 2, 0, now())
                  on conflict do nothing
              ),
              notice as (
                  insert into notices (notice_id, technician_id, chat_id, rule, seq, decided_seq, in_app, read_at)
                  values (gen_random_uuid(), $1, $2, $3, 2, 2, true, now() - make_interval(days => $5))
                  returning notice_id
              )
         insert into deliveries (delivery_id, notice_id, technician_id, channel, state, ended_at)
         select gen_random_uuid(), notice_id, $1, 'email', $4,
                case when $4 <> 'pending' then now() - make_interval(days => coalesce($5, 200)) end
         from notice",
    )
    .bind(technician_id)
    .bind(chat_id)
    .bind(rule)
    .bind(state)
    .bind(read)
    .execute(db)
    .await
    .unwrap();
}

async fn rules_left(db: &PgPool, table: &str) -> Vec<String> {
    let query = format!("select rule from {table} order by rule");
    sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_all(db).await.unwrap()
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_was_told_long_ago_and_read_is_forgotten_and_what_still_matters_is_not(db: PgPool) {
    let upkeep = Upkeep::new(db.clone()).await;
    let name = Line::new("Ada").unwrap();
    let ada = store::technicians::add(&db, &name, &name, "no hash", &[TECHNICIANS.into()]).await.unwrap().unwrap();
    let devices = [upkeep.bench.device().await, upkeep.bench.device().await, upkeep.bench.device().await];
    let answered = upkeep.chat(&devices[0], Some("It works now.")).await;
    let waiting = upkeep.chat(&devices[1], None).await;
    let over = upkeep.chat(&devices[2], Some("Bye.")).await;
    super::chats::close(&upkeep, &devices[2], over).await;

    let (old, young) = (Some(KEPT_DAYS + 1), Some(KEPT_DAYS - 1));
    tell(&db, ada, answered, "a: read long ago", "sent", old).await;
    tell(&db, ada, answered, "b: read of late", "sent", young).await;
    tell(&db, ada, answered, "c: never read", "failed", None).await;
    tell(&db, ada, answered, "d: on its way", "pending", old).await;
    tell(&db, ada, waiting, "e: the client waits", "sent", old).await;
    tell(&db, ada, over, "f: the chat is over", "withdrawn", old).await;
    for days in [KEPT_DAYS + 1, KEPT_DAYS - 1] {
        sqlx::query(
            "insert into deliveries (delivery_id, technician_id, channel, state, ended_at)
             values (gen_random_uuid(), $1, 'webhook', 'sent', now() - make_interval(days => $2))",
        )
        .bind(ada)
        .bind(days)
        .execute(&db)
        .await
        .unwrap();
    }

    // Of the notices two and of the tests one, each with its delivery; the chat ended just now.
    let outcome = upkeep.perform(Job::ForgetNotices).await;
    assert_eq!(outcome, json!({ "notices": 2, "deliveries": 3, "claims": 0, "pings": 0 }));
    let left = rules_left(&db, "notices").await;
    assert_eq!(left, ["b: read of late", "c: never read", "d: on its way", "e: the client waits"]);

    upkeep.age(answered, 24 * (KEPT_DAYS + 1)).await;
    upkeep.age(over, 24 * KEPT_DAYS - 1).await;
    assert_eq!(upkeep.perform(Job::ForgetNotices).await["claims"], json!(0));
    upkeep.age(over, 2).await;
    let outcome = upkeep.perform(Job::ForgetNotices).await;
    assert_eq!(outcome, json!({ "notices": 0, "deliveries": 0, "claims": 1, "pings": 1 }));
    assert_eq!(rules_left(&db, "notification_claims").await.len(), 5, "a rule fires once, however old the chat");
    let pinged: Vec<ChatId> =
        sqlx::query_scalar("select chat_id from pings order by chat_id").fetch_all(&db).await.unwrap();
    assert_eq!(pinged.len(), 2);
    assert!(!pinged.contains(&over), "{pinged:?}");
    let nothing = json!({ "notices": 0, "deliveries": 0, "claims": 0, "pings": 0 });
    assert_eq!(upkeep.perform(Job::ForgetNotices).await, nothing);
}
