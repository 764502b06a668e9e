//! Deliveries that nobody attempts although their time has come.

use std::time::Duration;

use sqlx::PgExecutor;

/// Deliveries that nobody attempts although their time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overdue {
    /// How many could be attempted at once: of each technician and channel the first one that is pending.
    pub waiting: i64,
    /// How many of them somebody has begun to attempt and never ended.
    pub begun_before: i64,
}

/// How many deliveries could have been attempted for longer than `patience`, and nobody holds them.
///
/// # Errors
/// When the database fails.
pub async fn overdue(db: impl PgExecutor<'_>, patience: Duration) -> sqlx::Result<Overdue> {
    sqlx::query_as!(
        Overdue,
        r#"select count(*) as "waiting!",
                  count(d.leased_until) as "begun_before!"
           from deliveries d
           where d.state = 'pending'
             and greatest(d.next_attempt_at, d.leased_until) < now() - make_interval(secs => $1)
             and not exists (
                 select
                 from deliveries earlier
                 where earlier.technician_id = d.technician_id
                   and earlier.channel = d.channel
                   and earlier.state = 'pending'
                   and earlier.position < d.position
             )"#,
        patience.as_secs_f64(),
    )
    .fetch_one(db)
    .await
}
