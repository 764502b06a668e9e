//! The database of a process, and whether its schema is ours.

use sqlx::PgPool;
use sqlx::migrate::Migrate;

use crate::config::Config;

/// The table in which sqlx keeps which migrations were applied.
const MIGRATIONS: &str = "_sqlx_migrations";

/// A pool of connections. Nothing connects yet.
pub fn connect(config: &Config) -> Result<PgPool, DatabaseError> {
    let database = &config.database;
    store::connect(database.url.expose(), database.connections).map_err(DatabaseError::Address)
}

/// Refuses to go on with a schema that is older than this version's, or newer.
pub async fn refuse_other_schema(db: &PgPool) -> Result<(), DatabaseError> {
    let missing = missing_migrations(db).await?;
    if missing.is_empty() { Ok(()) } else { Err(DatabaseError::OldSchema { missing: missing.len() }) }
}

/// The migrations of this version that the database does not have.
pub async fn missing_migrations(db: &PgPool) -> Result<Vec<i64>, DatabaseError> {
    let mut connection = db.acquire().await.map_err(DatabaseError::Unreachable)?;
    let applied = match connection.list_applied_migrations(MIGRATIONS).await {
        Ok(applied) => applied,
        Err(error) if is_undefined_table(&error) => Vec::new(),
        Err(error) => return Err(DatabaseError::Migrations(error)),
    };
    if let Some(newer) = applied.iter().find(|applied| !store::MIGRATOR.version_exists(applied.version)) {
        return Err(DatabaseError::NewSchema { version: newer.version });
    }
    let has = |version| applied.iter().any(|applied| applied.version == version);
    Ok(store::MIGRATOR.iter().map(|migration| migration.version).filter(|version| !has(*version)).collect())
}

/// No migration was ever applied, so there is no list of them either.
fn is_undefined_table(error: &sqlx::migrate::MigrateError) -> bool {
    const UNDEFINED_TABLE: &str = "42P01";
    let sqlx::migrate::MigrateError::Execute(error) = error else { return false };
    error.as_database_error().and_then(|error| error.code().map(|code| code == UNDEFINED_TABLE)).unwrap_or(false)
}

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// `database.url` is not an address.
    #[error("database.url cannot be read")]
    Address(#[source] sqlx::Error),
    /// It is away, or refuses us.
    #[error("the database cannot be reached; database.url says where it is (see `trayline config`)")]
    Unreachable(#[source] sqlx::Error),
    /// The list of applied migrations cannot be read.
    #[error("cannot read which migrations the database has")]
    Migrations(#[source] sqlx::migrate::MigrateError),
    /// Its schema is older than this version.
    #[error(
        "the database's schema is older than this version ({missing} migrations are missing). Run `trayline migrate`"
    )]
    OldSchema {
        /// How many are missing.
        missing: usize,
    },
    /// Its schema is newer than this version.
    #[error("the database's schema is newer than this version (it has migration {version}). Use the newer trayline")]
    NewSchema {
        /// A migration that this version does not know.
        version: i64,
    },
}
