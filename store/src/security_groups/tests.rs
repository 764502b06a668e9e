use sqlx::PgPool;
use uuid::Uuid;

use crate::MIGRATOR;

/// The migration by which groups took the place of "administrator" and "may chat".
const GROUPS: i64 = 20_261_125_150_000;

#[sqlx::test(migrations = false)]
async fn with_groups_everybody_may_what_they_could_before(db: PgPool) {
    let (earlier, rest): (Vec<_>, Vec<_>) = MIGRATOR.iter().partition(|migration| migration.version < GROUPS);
    for migration in earlier {
        sqlx::raw_sql(migration.sql.clone()).execute(&db).await.unwrap();
    }
    let chats = [
        "close_chats",
        "create_tickets",
        "export_chats",
        "manage_directory",
        "manage_policies",
        "read_archive",
        "reassign_chats",
        "reply",
        "see_all_chats",
        "start_chats",
        "use_chat",
    ];
    let administration = ["manage_notifications", "manage_technicians", "operate", "see_audit_log"];
    let office = ["create_tickets", "manage_directory", "manage_policies"];
    let kinds = [
        (false, true, chats.to_vec()),
        (true, true, [&chats[..], &administration].concat()),
        (false, false, office.to_vec()),
        (true, false, [&office[..], &administration].concat()),
    ];
    let mut technicians = Vec::new();
    for (is_admin, can_chat, may) in &kinds {
        for is_disabled in [false, true] {
            let technician_id: Uuid = sqlx::query_scalar(
                "insert into technicians (technician_id, name, email, password_hash, is_admin, can_chat, disabled_at)
                 values (gen_random_uuid(), 'Somebody', gen_random_uuid()::text, '', $1, $2, case when $3 then now() end)
                 returning technician_id",
            )
            .bind(is_admin)
            .bind(can_chat)
            .bind(is_disabled)
            .fetch_one(&db)
            .await
            .unwrap();
            technicians.push((technician_id, may));
        }
    }

    for migration in rest {
        sqlx::raw_sql(migration.sql.clone()).execute(&db).await.unwrap();
    }

    for (technician_id, may) in technicians {
        let mut rights: Vec<String> =
            sqlx::query_scalar("select rights_of($1)").bind(technician_id).fetch_one(&db).await.unwrap();
        rights.sort();
        let mut expected = may.clone();
        expected.sort_unstable();
        assert_eq!(rights, expected);
    }
}
