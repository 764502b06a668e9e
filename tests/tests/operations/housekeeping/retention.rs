//! How long chats that have ended are kept: as their customer says, else as is usual.

use std::time::Duration;

use broker_config::ChatId;
use serde_json::json;
use sqlx::PgPool;
use tests::TestDevice;
use workers::housekeeping::{Job, Ran};

use super::chats::close;
use super::upkeep::{Upkeep, instance};

const MONTH: i32 = 31 * 24;

/// An archived chat of a new customer that says for how many months its chats are kept.
async fn archived(upkeep: &Upkeep, months: Option<i32>) -> (TestDevice, ChatId) {
    let device = upkeep.bench.device().await;
    sqlx::query(
        "update customers
         set retention_months = $2
         where customer_id = (select customer_id from assets where asset_id = $1)",
    )
    .bind(device.asset_id)
    .bind(months)
    .execute(&upkeep.bench.db)
    .await
    .unwrap();
    let chat_id = upkeep.chat(&device, Some("Bye.")).await;
    close(upkeep, &device, chat_id).await;
    (device, chat_id)
}

async fn left(upkeep: &Upkeep) -> Vec<ChatId> {
    sqlx::query_scalar("select chat_id from chats order by opened_seq").fetch_all(&upkeep.bench.db).await.unwrap()
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn chats_are_kept_for_as_long_as_their_customer_says_and_else_for_as_long_as_is_usual(db: PgPool) {
    let upkeep = Upkeep::new(db).await;
    let (_, usual) = archived(&upkeep, None).await;
    let (_, for_ever) = archived(&upkeep, Some(0)).await;
    let (_, half_a_year) = archived(&upkeep, Some(6)).await;
    for chat_id in [usual, for_ever, half_a_year] {
        upkeep.age(chat_id, 5 * MONTH).await;
    }

    assert_eq!(upkeep.perform(Job::ForgetArchivedChats).await, json!({ "forgotten": 1 }));
    assert_eq!(left(&upkeep).await, [for_ever, half_a_year]);
    for chat_id in [for_ever, half_a_year] {
        upkeep.age(chat_id, 2 * MONTH).await;
    }
    assert_eq!(upkeep.perform(Job::ForgetArchivedChats).await, json!({ "forgotten": 1 }));
    assert_eq!(left(&upkeep).await, [for_ever]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn where_chats_are_usually_kept_for_ever_those_of_customers_that_say_otherwise_are_not(db: PgPool) {
    let upkeep = Upkeep::new(db).await;
    let (_, usual) = archived(&upkeep, None).await;
    let (device, a_month) = archived(&upkeep, Some(1)).await;
    for chat_id in [usual, a_month] {
        upkeep.age(chat_id, 50 * MONTH).await;
    }

    let for_ever = instance(&upkeep.bench, 0);
    let ran = for_ever.perform_if_due(Job::ForgetArchivedChats, Duration::ZERO).await;

    assert!(matches!(&ran, Ran::Done(outcome) if *outcome == json!({ "forgotten": 1 })), "{ran:?}");
    assert_eq!(left(&upkeep).await, [usual]);
    let facts = broker_config::subject::chats_of(device.asset_id);
    assert_eq!(upkeep.bench.log.tail(&facts, 0, 1 << 20).await.unwrap().facts, []);
}
