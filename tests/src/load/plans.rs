//! How Postgres comes to each list: the plans of the statements that web really sends, by Postgres' own `auto_explain`.

use std::fs;

use serde_json::{Map, Value, json};
use sqlx::PgPool;

use super::installation::Installation;
use super::report::Report;
use super::requests::{LISTS, list_path};
use super::socket::Technician;

/// What new connections to the database do: write the plan of every statement, with what really came of it.
const EXPLAINED: [&str; 3] = [
    "alter database trayline set session_preload_libraries = 'auto_explain'",
    "alter database trayline set auto_explain.log_min_duration = 0",
    "alter database trayline set auto_explain.log_analyze = on",
];

/// What comes before each statement in the log.
const PLAN: &str = "plan:\n";

/// Asks for each list once more, counts the statements, and keeps their plans for the JSON.
pub(super) async fn explain(installation: &Installation, technician: &Technician, report: &mut Report) {
    let db = &installation.db;
    if let Err(error) = sqlx::query("load 'auto_explain'").execute(db).await {
        report.progress(&format!("(h) the plans are NOT shown, this Postgres has no auto_explain: {error}"));
        return;
    }
    report.progress("(h) how Postgres comes to each list");
    for setting in EXPLAINED {
        sqlx::query(setting).execute(db).await.expect("set");
    }
    let mut plans = Map::new();
    reconnect(db).await;
    for (name, query) in LISTS {
        let written = fs::read_to_string(&installation.postgres.log).expect("a log").len();
        let (technician, path) = (technician.clone(), list_path(query));
        tokio::task::spawn_blocking(move || technician.get(&path)).await.expect("finished");
        let log = fs::read_to_string(&installation.postgres.log).expect("a log");
        let statements: Vec<_> = log[written..].split(PLAN).skip(1).map(plan).collect();
        report.add("h", &format!("statements for 50 chats, {name}"), super::idle::int(statements.len() as u64), "", 1);
        plans.insert(name.to_owned(), json!(statements));
    }
    sqlx::query("alter database trayline reset all").execute(db).await.expect("reset");
    reconnect(db).await;
    report.detail("plans", &Value::Object(plans));
}

/// Ends every other connection to the database, so that the next one follows its settings.
async fn reconnect(db: &PgPool) {
    let others = "select pg_terminate_backend(pid) from pg_stat_activity \
                  where datname = current_database() and pid <> pg_backend_pid()";
    sqlx::query(others).execute(db).await.expect("ended");
}

/// The statement and its plan: the lines that go on with a tab.
fn plan(after: &str) -> String {
    let lines = after.lines().take_while(|line| line.starts_with('\t'));
    lines.map(|line| &line[1..]).collect::<Vec<_>>().join("\n")
}
