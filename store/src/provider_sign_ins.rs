//! Browsers that are on their way to an `OpenID` provider and back. Each is known by the SHA-256 of its cookie, and each way is gone once.

use std::time::Duration;

use broker_config::TechnicianId;
use sqlx::PgExecutor;

/// What we gave a browser on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnTheWay<'a> {
    /// By which the browser is known.
    pub browser_hash: [u8; 32],
    /// By which the way is known.
    pub state_hash: [u8; 32],
    /// What the ID token must say.
    pub nonce: &'a str,
    /// What shows that we are the one who asked (PKCE).
    pub code_verifier: &'a str,
}

/// What a browser that came back had with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Back {
    /// What the ID token must say.
    pub nonce: String,
    /// What shows that we are the one who asked.
    pub code_verifier: String,
}

/// Notes that a browser is on its way, for as long as `lasts`.
///
/// # Errors
/// When the database fails.
pub async fn begin(db: impl PgExecutor<'_>, way: &OnTheWay<'_>, lasts: Duration) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into provider_sign_ins (browser_hash, state_hash, nonce, code_verifier, expires_at)
         values ($1, $2, $3, $4, now() + make_interval(secs => $5))",
        way.browser_hash.as_slice(),
        way.state_hash.as_slice(),
        way.nonce,
        way.code_verifier,
        lasts.as_secs_f64(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ends the way of this browser, and gives what it had with it: nothing when it is on no such way, or for too long.
///
/// # Errors
/// When the database fails.
pub async fn take(
    db: impl PgExecutor<'_>,
    browser_hash: &[u8; 32],
    state_hash: &[u8; 32],
) -> sqlx::Result<Option<Back>> {
    sqlx::query_as!(
        Back,
        "delete from provider_sign_ins
         where browser_hash = $1
           and state_hash = $2
           and expires_at > now()
         returning nonce,
                   code_verifier",
        browser_hash.as_slice(),
        state_hash.as_slice(),
    )
    .fetch_optional(db)
    .await
}

/// Notes who a browser is by the word of the provider, until it has a code of their authenticator as well.
///
/// # Errors
/// When the database fails.
pub async fn wait(
    db: impl PgExecutor<'_>,
    browser_hash: &[u8; 32],
    technician_id: TechnicianId,
    lasts: Duration,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into provider_sign_ins_waiting (browser_hash, technician_id, expires_at)
         values ($1, $2, now() + make_interval(secs => $3))",
        browser_hash.as_slice(),
        technician_id.uuid(),
        lasts.as_secs_f64(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Who a browser is by the word of the provider, if a code of their authenticator is missing and they have not been disabled.
///
/// # Errors
/// When the database fails.
pub async fn waiting(db: impl PgExecutor<'_>, browser_hash: &[u8; 32]) -> sqlx::Result<Option<TechnicianId>> {
    sqlx::query_scalar!(
        r#"select w.technician_id as "technician_id: TechnicianId"
           from provider_sign_ins_waiting w
           join technicians t using (technician_id)
           where w.browser_hash = $1
             and w.expires_at > now()
             and t.disabled_at is null"#,
        browser_hash.as_slice(),
    )
    .fetch_optional(db)
    .await
}

/// Forgets that a browser waits for a code. Says whether it did.
///
/// # Errors
/// When the database fails.
pub async fn finish(db: impl PgExecutor<'_>, browser_hash: &[u8; 32]) -> sqlx::Result<bool> {
    let finished = sqlx::query!(
        "delete from provider_sign_ins_waiting
         where browser_hash = $1",
        browser_hash.as_slice(),
    )
    .execute(db)
    .await?;
    Ok(finished.rows_affected() > 0)
}

/// Forgets browsers that did not come back in time. Says how many.
///
/// # Errors
/// When the database fails.
pub async fn forget_expired(db: impl PgExecutor<'_>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"with away as (
               delete from provider_sign_ins
               where expires_at <= now()
               returning browser_hash
           ), waiting as (
               delete from provider_sign_ins_waiting
               where expires_at <= now()
               returning browser_hash
           )
           select (select count(*) from away) + (select count(*) from waiting) as "forgotten!""#,
    )
    .fetch_one(db)
    .await
}
