//! The database server itself.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// The time by the server's clock.
///
/// # Errors
/// When the database fails.
pub async fn clock(db: impl PgExecutor<'_>) -> sqlx::Result<DateTime<Utc>> {
    sqlx::query_scalar!(r#"select clock_timestamp() as "now!""#).fetch_one(db).await
}
