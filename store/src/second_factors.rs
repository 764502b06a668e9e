//! Authenticators of technicians, and the codes for whoever has lost theirs.

use broker_config::TechnicianId;
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// A technician's authenticator.
pub struct SecondFactor {
    /// What its codes are made from.
    pub secret: Vec<u8>,
    /// Whether it is in use. Before, nobody is asked for its codes.
    pub is_confirmed: bool,
}

/// A technician's authenticator, in use or about to be.
///
/// # Errors
/// When the database fails.
pub async fn of(db: impl PgExecutor<'_>, technician_id: TechnicianId) -> sqlx::Result<Option<SecondFactor>> {
    sqlx::query_as!(
        SecondFactor,
        r#"select secret,
                  confirmed_at is not null as "is_confirmed!"
           from second_factors
           where technician_id = $1"#,
        technician_id.uuid(),
    )
    .fetch_optional(db)
    .await
}

/// Whether a technician has to set up an authenticator before they do anything else. With `elsewhere` it is the affair of a
/// provider.
///
/// # Errors
/// When the database fails.
pub async fn is_lacking(db: impl PgExecutor<'_>, technician_id: TechnicianId, elsewhere: bool) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"select lacks_second_factor($1, $2) as "is_lacking!""#, technician_id.uuid(), elsewhere,)
        .fetch_one(db)
        .await
}

/// Keeps the secret of an authenticator that is not in use yet, in place of any other such. Says whether it did: one in use stays.
///
/// # Errors
/// When the database fails.
pub async fn begin(db: impl PgExecutor<'_>, technician_id: TechnicianId, secret: &[u8]) -> sqlx::Result<bool> {
    let begun = sqlx::query!(
        "insert into second_factors (technician_id, secret)
         values ($1, $2)
         on conflict (technician_id) do update
         set secret = $2
         where second_factors.confirmed_at is null",
        technician_id.uuid(),
        secret,
    )
    .execute(db)
    .await?;
    Ok(begun.rows_affected() > 0)
}

/// Takes an authenticator into use, by the code of this half minute. Says whether it did: it must not be in use yet.
///
/// # Errors
/// When the database fails.
pub async fn confirm(
    db: impl PgExecutor<'_>,
    technician_id: TechnicianId,
    step: i64,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let confirmed = sqlx::query!(
        "update second_factors
         set confirmed_at = $3,
             last_step = $2
         where technician_id = $1
           and confirmed_at is null",
        technician_id.uuid(),
        step,
        now,
    )
    .execute(db)
    .await?;
    Ok(confirmed.rows_affected() > 0)
}

/// Uses up the code of this half minute, and all before. Says whether it was still good.
///
/// # Errors
/// When the database fails.
pub async fn use_step(db: impl PgExecutor<'_>, technician_id: TechnicianId, step: i64) -> sqlx::Result<bool> {
    let used = sqlx::query!(
        "update second_factors
         set last_step = $2
         where technician_id = $1
           and last_step < $2",
        technician_id.uuid(),
        step,
    )
    .execute(db)
    .await?;
    Ok(used.rows_affected() > 0)
}

/// Uses up a recovery code. Says whether it was good.
///
/// # Errors
/// When the database fails.
pub async fn use_recovery_code(
    db: impl PgExecutor<'_>,
    technician_id: TechnicianId,
    code_hash: &[u8; 32],
) -> sqlx::Result<bool> {
    let used = sqlx::query!(
        "delete from recovery_codes
         where technician_id = $1
           and code_hash = $2",
        technician_id.uuid(),
        code_hash.as_slice(),
    )
    .execute(db)
    .await?;
    Ok(used.rows_affected() > 0)
}

/// How many recovery codes a technician has left.
///
/// # Errors
/// When the database fails.
pub async fn recovery_codes_left(db: impl PgExecutor<'_>, technician_id: TechnicianId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "left!"
           from recovery_codes
           where technician_id = $1"#,
        technician_id.uuid(),
    )
    .fetch_one(db)
    .await
}

/// Gives a technician other recovery codes; those from before are good for nothing.
///
/// # Errors
/// When the database fails.
pub async fn replace_recovery_codes(
    db: impl PgExecutor<'_>,
    technician_id: TechnicianId,
    code_hashes: &[Vec<u8>],
) -> sqlx::Result<()> {
    sqlx::query!(
        "with before as (
             delete from recovery_codes
             where technician_id = $1
         )
         insert into recovery_codes (technician_id, code_hash)
         select $1, code_hash
         from unnest($2::bytea[]) as new (code_hash)",
        technician_id.uuid(),
        code_hashes,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Removes a technician's authenticator and recovery codes. Says whether there was one.
///
/// # Errors
/// When the database fails.
pub async fn remove(db: impl PgExecutor<'_>, technician_id: TechnicianId) -> sqlx::Result<bool> {
    let removed = sqlx::query_scalar!(
        r#"with codes as (
               delete from recovery_codes
               where technician_id = $1
           ), factor as (
               delete from second_factors
               where technician_id = $1
               returning technician_id
           )
           select exists (select from factor) as "was_there!""#,
        technician_id.uuid(),
    )
    .fetch_one(db)
    .await?;
    Ok(removed)
}
