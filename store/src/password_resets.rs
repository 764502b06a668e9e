//! Links by which technicians who forgot their password take another. A link's token is known by its SHA-256 alone.

use std::time::Duration;

use broker_config::{DeliveryId, Line, TechnicianId};
use sqlx::{PgConnection, PgExecutor};

/// Whose password a link resets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResetBy {
    /// Who.
    pub technician_id: TechnicianId,
    /// Their name.
    pub name: Line,
    /// The address that they sign in with.
    pub email: Line,
}

/// Puts a link on its way to whoever signs in with `email`, in any case. Nothing when nobody does, or one waits to be sent.
///
/// # Errors
/// When the database fails.
pub async fn ask(db: &mut PgConnection, email: &str) -> sqlx::Result<()> {
    // Of two who ask at the same moment the second sees what the first has put on its way.
    sqlx::query!(
        "select from technicians
         where lower(email) = lower($1)
         for no key update",
        email,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "insert into deliveries (delivery_id, technician_id, channel, state, resets_password)
         select $1, technician_id, 'email', 'pending', true
         from technicians t
         where lower(email) = lower($2)
           and disabled_at is null
           and not exists (
               select from deliveries d
               where d.technician_id = t.technician_id
                 and d.channel = 'email'
                 and d.state = 'pending'
                 and d.resets_password
           )",
        DeliveryId::new().uuid(),
        email,
    )
    .execute(&mut *db)
    .await?;
    crate::deliveries::wake(db).await
}

/// Keeps the token of a link that is about to be sent. It is good for as long as `lasts`.
///
/// # Errors
/// When the database fails.
pub async fn add(
    db: impl PgExecutor<'_>,
    technician_id: TechnicianId,
    token_hash: &[u8; 32],
    lasts: Duration,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into password_resets (token_hash, technician_id, expires_at)
         values ($1, $2, now() + make_interval(secs => $3))",
        token_hash.as_slice(),
        technician_id.uuid(),
        lasts.as_secs_f64(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whose password this link resets, while it is good.
///
/// # Errors
/// When the database fails.
pub async fn by(db: impl PgExecutor<'_>, token_hash: &[u8; 32]) -> sqlx::Result<Option<ResetBy>> {
    sqlx::query_as!(
        ResetBy,
        r#"select t.technician_id as "technician_id: TechnicianId",
                  t.name as "name: Line",
                  t.email as "email: Line"
           from password_resets r
           join technicians t using (technician_id)
           where r.token_hash = $1
             and r.expires_at > now()
             and t.disabled_at is null"#,
        token_hash.as_slice(),
    )
    .fetch_optional(db)
    .await
}

/// Uses a link up, with all others of its technician, and gives them the password. Says whether it was still good.
///
/// # Errors
/// When the database fails.
pub async fn redeem(
    db: &mut PgConnection,
    technician_id: TechnicianId,
    token_hash: &[u8; 32],
    password_hash: &str,
) -> sqlx::Result<bool> {
    let used = sqlx::query!(
        "delete from password_resets
         where token_hash = $1
           and technician_id = $2
           and expires_at > now()",
        token_hash.as_slice(),
        technician_id.uuid(),
    )
    .execute(&mut *db)
    .await?;
    if used.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!("delete from password_resets where technician_id = $1", technician_id.uuid())
        .execute(&mut *db)
        .await?;
    crate::technicians::set_password(db, technician_id, password_hash).await?;
    Ok(true)
}

/// Forgets links that are good no more. Says how many.
///
/// # Errors
/// When the database fails.
pub async fn forget_expired(db: impl PgExecutor<'_>) -> sqlx::Result<u64> {
    let forgotten = sqlx::query!("delete from password_resets where expires_at <= now()").execute(db).await?;
    Ok(forgotten.rows_affected())
}
