use broker_config::{Clock, SystemClock};
use serde_json::json;
use sqlx::PgPool;

use super::*;

fn deed(action: &'static str, actor: Actor) -> Deed<'static> {
    Deed { action, actor, address: Some([192, 0, 2, 7].into()), subject: None, details: json!({}) }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn nobody_changes_the_log(db: PgPool) {
    record(&db, &deed("session.begun", Actor::Nobody)).await.unwrap();
    sqlx::raw_sql(
        "do $$ begin create role audited nologin; exception when duplicate_object or unique_violation then end $$;
         grant select, insert on audit_log to audited",
    )
    .execute(&db)
    .await
    .unwrap();

    let changes = ["update audit_log set actor = 'another'", "delete from audit_log", "truncate audit_log"];
    for role in ["set local role none", "set local role audited"] {
        for change in changes {
            let mut transaction = db.begin().await.unwrap();
            sqlx::query(role).execute(&mut *transaction).await.unwrap();
            let refused = sqlx::query(change).execute(&mut *transaction).await.unwrap_err();
            let code = refused.as_database_error().and_then(sqlx::error::DatabaseError::code);
            assert_eq!(code.as_deref(), Some("42501"), "{role}: {change}: {refused}");
        }
    }
    let rows = page(&db, &AuditFilter::default(), None, 10).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.actor.as_str()).collect::<Vec<_>>(), ["nobody"]);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_log_is_found_by_who_what_where_and_about_what(db: PgPool) {
    let priya = TechnicianId::new();
    let by_priya = || Actor::Technician { technician_id: priya, name: Line::new("Priya").unwrap() };
    let closed = Deed { subject: Some(("chat", "7".to_owned())), ..deed("chat.closed", by_priya()) };
    record(&db, &closed).await.unwrap();
    record(&db, &Deed { details: json!({ "name": "Night shift" }), ..deed("group.added", by_priya()) }).await.unwrap();
    record(&db, &Deed { address: None, ..deed("chats.erased", Actor::CommandLine) }).await.unwrap();
    let found = async |filter: AuditFilter, before| {
        let rows = page(&db, &filter, before, 10).await.unwrap();
        rows.into_iter().map(|row| row.action).collect::<Vec<_>>()
    };

    let some = AuditFilter::default;
    let search = |search: &str| AuditFilter { search: Some(search.to_owned()), ..some() };
    assert_eq!(found(some(), None).await, ["chats.erased", "group.added", "chat.closed"]);
    assert_eq!(found(some(), Some(3)).await, ["group.added", "chat.closed"]);
    assert_eq!(found(AuditFilter { technician_id: Some(priya), ..some() }, None).await, ["group.added", "chat.closed"]);
    assert_eq!(found(AuditFilter { action: Some("chat".to_owned()), ..some() }, None).await, ["chat.closed"]);
    assert_eq!(found(AuditFilter { subject_id: Some("7".to_owned()), ..some() }, None).await, ["chat.closed"]);
    assert_eq!(found(search("NIGHT"), None).await, ["group.added"]);
    assert_eq!(found(search("192.0.2"), None).await, ["group.added", "chat.closed"]);
    assert_eq!(found(search("command"), None).await, ["chats.erased"]);
    let (now, hour) = (SystemClock.now(), chrono::TimeDelta::hours(1));
    assert_eq!(found(AuditFilter { from: Some(now + hour), ..some() }, None).await, [""; 0]);
    assert_eq!(found(AuditFilter { until: Some(now - hour), ..some() }, None).await, [""; 0]);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_is_noted_once_an_hour_is_noted_once_for_each_technician_and_thing(db: PgPool) {
    let (priya, tom) = (TechnicianId::new(), TechnicianId::new());
    for (technician_id, chat) in [(priya, "7"), (priya, "7"), (tom, "7"), (priya, "8")] {
        let actor = Actor::Technician { technician_id, name: Line::new("Somebody").unwrap() };
        let read = Deed { subject: Some(("chat", chat.to_owned())), ..deed("chat.read", actor) };
        record_once_an_hour(&db, &read).await.unwrap();
    }
    let rows = page(&db, &AuditFilter::default(), None, 10).await.unwrap();
    let told: Vec<_> =
        rows.iter().map(|row| (row.technician_id.unwrap(), row.subject_id.as_deref().unwrap())).collect();
    assert_eq!(told, [(priya, "8"), (tom, "7"), (priya, "7")]);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_is_noted_once_is_noted_once_for_each_thing(db: PgPool) {
    for chat in ["7", "7", "8"] {
        let opened = Deed { subject: Some(("chat", chat.to_owned())), ..deed("chat.opened", Actor::Device) };
        record_first(&db, &opened).await.unwrap();
    }
    let rows = page(&db, &AuditFilter::default(), None, 10).await.unwrap();
    let told: Vec<_> = rows.iter().map(|row| (row.actor.as_str(), row.subject_id.as_deref().unwrap())).collect();
    assert_eq!(told, [("device", "8"), ("device", "7")]);
}
