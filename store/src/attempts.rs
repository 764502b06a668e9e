//! Attempts at something secret, counted so that guessing is slow. Several processes count together, by the database's clock.

use std::time::Duration;

use sqlx::PgExecutor;

/// How many attempts somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// At what, and by what they are counted: `sign_in.account`.
    pub kind: &'static str,
    /// How many.
    pub attempts: i32,
    /// From the first one on, after which they are counted anew.
    pub within: Duration,
}

/// Counts an attempt. `Some` when there were too many before it: how long to wait.
///
/// It is counted before it is made, so that many at once are not more than one after the other.
///
/// # Errors
/// When the database fails.
pub async fn count(db: impl PgExecutor<'_>, limit: Limit, subject_hash: &[u8; 32]) -> sqlx::Result<Option<Duration>> {
    let counted = sqlx::query!(
        r#"insert into attempts (kind, subject_hash, attempts, began_at)
           values ($1, $2, 1, now())
           on conflict (kind, subject_hash) do update
           set attempts = case
                   when attempts.began_at <= now() - make_interval(secs => $3) then 1
                   else least(attempts.attempts, $4) + 1
               end,
               began_at = case
                   when attempts.began_at <= now() - make_interval(secs => $3) then now()
                   else attempts.began_at
               end
           returning attempts > $4 as "are_too_many!",
                     extract(epoch from began_at + make_interval(secs => $3) - now())::float8 as "seconds!""#,
        limit.kind,
        subject_hash.as_slice(),
        limit.within.as_secs_f64(),
        limit.attempts,
    )
    .fetch_one(db)
    .await?;
    Ok(counted.are_too_many.then(|| Duration::from_secs_f64(counted.seconds.max(0.0))))
}

/// Counts anew from now on, because an attempt has succeeded.
///
/// # Errors
/// When the database fails.
pub async fn forget(db: impl PgExecutor<'_>, limit: Limit, subject_hash: &[u8; 32]) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from attempts
         where kind = $1
           and subject_hash = $2",
        limit.kind,
        subject_hash.as_slice(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes one attempt back, because it has succeeded, and leaves the others counted.
///
/// # Errors
/// When the database fails.
pub async fn take_back(db: impl PgExecutor<'_>, limit: Limit, subject_hash: &[u8; 32]) -> sqlx::Result<()> {
    sqlx::query!(
        "update attempts
         set attempts = greatest(attempts - 1, 0)
         where kind = $1
           and subject_hash = $2",
        limit.kind,
        subject_hash.as_slice(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets what was counted longer ago than any limit looks back. Says how many rows.
///
/// # Errors
/// When the database fails.
pub async fn forget_old(db: impl PgExecutor<'_>) -> sqlx::Result<u64> {
    let forgotten = sqlx::query!("delete from attempts where began_at < now() - interval '1 day'").execute(db).await?;
    Ok(forgotten.rows_affected())
}
