//! Idle chats whose clients wait: each stays open, and either somebody was told of it or administrators see it.

use std::collections::BTreeSet;

use broker_config::{ChatId, Line, TechnicianId};
use serde_json::json;
use sqlx::PgPool;
use store::security_groups::TECHNICIANS;
use workers::housekeeping::Job;

use super::notices::tell;
use super::upkeep::Upkeep;

const DAYS: i32 = 8;

async fn technician(db: &PgPool, name: &str) -> TechnicianId {
    let name = Line::new(name).unwrap();
    store::technicians::add(db, &name, &name, "no hash", &[TECHNICIANS.into()]).await.unwrap().unwrap()
}

/// A chat whose client said something so long ago that it is idle, and got no answer.
async fn idle(upkeep: &Upkeep) -> ChatId {
    let device = upkeep.bench.device().await;
    let chat_id = upkeep.chat(&device, None).await;
    upkeep.age(chat_id, 24 * DAYS).await;
    chat_id
}

/// Lets a technician have read a chat, as the projection has it.
async fn read(db: &PgPool, chat_id: ChatId, technician_id: TechnicianId) {
    sqlx::query("insert into reads (chat_id, technician_id, upto, seq, at) values ($1, $2, 1000, 1000, now())")
        .bind(chat_id)
        .bind(technician_id)
        .execute(db)
        .await
        .unwrap();
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn of_idle_chats_whose_clients_wait_somebody_was_told_or_administrators_see_them(db: PgPool) {
    let upkeep = Upkeep::new(db.clone()).await;
    let (ada, gone, mute) =
        (technician(&db, "Ada").await, technician(&db, "Gone").await, technician(&db, "Mute").await);
    let (read_by_ada, read_by_gone) = (idle(&upkeep).await, idle(&upkeep).await);
    read(&db, read_by_ada, ada).await;
    read(&db, read_by_gone, gone).await;
    let mut told = BTreeSet::from([read_by_ada]);
    let mut untold = BTreeSet::from([read_by_gone, idle(&upkeep).await]);
    for (technician_id, rule, state, was_told) in [
        (ada, "unread_online", "failed", true),
        (ada, "unread_offline", "sent", true),
        (ada, "unread_offline", "failed", false),
        // Nobody sends any.
        (ada, "unread_offline", "pending", false),
        (gone, "unread_online", "failed", false),
        (gone, "unread_offline", "sent", false),
        (mute, "unread_offline", "sent", false),
    ] {
        let chat_id = idle(&upkeep).await;
        tell(&db, technician_id, chat_id, rule, state, None).await;
        if was_told {
            told.insert(chat_id)
        } else {
            untold.insert(chat_id)
        };
    }
    sqlx::query("update deliveries set created_at = created_at - make_interval(days => $1)")
        .bind(DAYS)
        .execute(&db)
        .await
        .unwrap();
    for lost in [
        "update technicians set disabled_at = now() where name = 'Gone'",
        "delete from security_group_members m using technicians t where t.technician_id = m.technician_id and name = 'Mute'",
    ] {
        sqlx::query(lost).execute(&db).await.unwrap();
    }

    let outcome = upkeep.perform(Job::CloseIdleChats).await;

    assert_eq!((&outcome["closed"], &outcome["left"]), (&json!(0), &json!(0)));
    let waiting: BTreeSet<ChatId> = serde_json::from_value(outcome["waiting"].clone()).unwrap();
    assert_eq!(waiting, &told | &untold);
    let shown: BTreeSet<_> = store::untold::chats(&db, 100).await.unwrap().into_iter().collect();
    assert_eq!(shown, untold);
}
