//! Sessions of technicians. A session's token is known by its SHA-256 alone.

use broker_config::{Line, TechnicianId};
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionTechnician {
    /// Who.
    pub technician_id: TechnicianId,
    /// Their name.
    pub name: Line,
    /// The address that they sign in with.
    pub email: Line,
    /// Whether they may change who may sign in and which devices may enrol.
    pub is_admin: bool,
    /// Whether they see and answer chats.
    pub can_chat: bool,
}

/// A session that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoodSession {
    /// By which it is known.
    pub token_hash: Vec<u8>,
    /// Whether its technician sees and answers chats.
    pub can_chat: bool,
}

/// Begins a session.
///
/// # Errors
/// When the database fails.
pub async fn begin(
    db: impl PgExecutor<'_>,
    token_hash: &[u8; 32],
    technician_id: TechnicianId,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into sessions (token_hash, technician_id, created_at, expires_at)
         values ($1, $2, $3, $4)",
        token_hash.as_slice(),
        technician_id.uuid(),
        created_at,
        expires_at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whose session this is, unless it has expired or the technician has been disabled.
///
/// # Errors
/// When the database fails.
pub async fn technician(
    db: impl PgExecutor<'_>,
    token_hash: &[u8; 32],
    now: DateTime<Utc>,
) -> sqlx::Result<Option<SessionTechnician>> {
    sqlx::query_as!(
        SessionTechnician,
        r#"select t.technician_id as "technician_id: TechnicianId",
                  t.name as "name: Line",
                  t.email as "email: Line",
                  t.is_admin,
                  t.can_chat
           from sessions s
           join technicians t using (technician_id)
           where s.token_hash = $1
             and s.expires_at > $2
             and t.disabled_at is null"#,
        token_hash.as_slice(),
        now,
    )
    .fetch_optional(db)
    .await
}

/// Those of these sessions that are still good.
///
/// # Errors
/// When the database fails.
pub async fn good(
    db: impl PgExecutor<'_>,
    token_hashes: &[[u8; 32]],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<GoodSession>> {
    let token_hashes: Vec<Vec<u8>> = token_hashes.iter().map(|hash| hash.to_vec()).collect();
    sqlx::query_as!(
        GoodSession,
        "select s.token_hash,
                t.can_chat
         from sessions s
         join technicians t using (technician_id)
         where s.token_hash = any($1)
           and s.expires_at > $2
           and t.disabled_at is null",
        &token_hashes,
        now,
    )
    .fetch_all(db)
    .await
}

/// Ends a session, if there is one.
///
/// # Errors
/// When the database fails.
pub async fn end(db: impl PgExecutor<'_>, token_hash: &[u8; 32]) -> sqlx::Result<()> {
    sqlx::query!("delete from sessions where token_hash = $1", token_hash.as_slice()).execute(db).await?;
    Ok(())
}

/// Forgets a technician's sessions that have expired.
///
/// # Errors
/// When the database fails.
pub async fn forget_expired(
    db: impl PgExecutor<'_>,
    technician_id: TechnicianId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from sessions
         where technician_id = $1
           and expires_at <= $2",
        technician_id.uuid(),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets every session that has expired, by the database's clock. Says how many.
///
/// # Errors
/// When the database fails.
pub async fn forget_all_expired(db: impl PgExecutor<'_>) -> sqlx::Result<u64> {
    let forgotten = sqlx::query!("delete from sessions where expires_at <= now()").execute(db).await?;
    Ok(forgotten.rows_affected())
}
