//! Sessions of technicians. A session's token is known by its SHA-256 alone.

mod places;

use broker_config::{Line, SessionId, TechnicianId};
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::rights::Rights;

pub use places::{Place, end_one, end_others, places};

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionTechnician {
    /// Who.
    pub technician_id: TechnicianId,
    /// Their name.
    pub name: Line,
    /// The address that they sign in with.
    pub email: Line,
    /// What they may do.
    pub rights: Rights,
    /// Which of their sessions it is.
    pub session_id: SessionId,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last known to be used, to about a minute.
    pub last_seen_at: DateTime<Utc>,
    /// Whether they have to set up an authenticator before they do anything else.
    pub lacks_second_factor: bool,
}

/// A session that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession<'a> {
    /// By which it is known.
    pub token_hash: [u8; 32],
    /// Whose.
    pub technician_id: TechnicianId,
    /// When it begins.
    pub created_at: DateTime<Utc>,
    /// When it ends if it is not used.
    pub expires_at: DateTime<Utc>,
    /// When it ends in any case.
    pub ends_at: DateTime<Utc>,
    /// What the browser calls itself.
    pub user_agent: Option<&'a str>,
    /// Where it is.
    pub address: Option<&'a str>,
    /// Whether the second factor was shown to a provider, or is its affair.
    pub second_factor_elsewhere: bool,
}

/// A session that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoodSession {
    /// Which one.
    pub session_id: SessionId,
    /// What its technician may do.
    pub rights: Rights,
}

/// Begins a session.
///
/// # Errors
/// When the database fails.
pub async fn begin(db: impl PgExecutor<'_>, new: &NewSession<'_>) -> sqlx::Result<SessionId> {
    let session_id = SessionId::new();
    sqlx::query!(
        "insert into sessions (
             token_hash, session_id, technician_id, created_at, last_seen_at, expires_at, ends_at, user_agent, address,
             second_factor_elsewhere
         )
         values ($1, $2, $3, $4, $4, least($5::timestamptz, $6), $6, $7, $8, $9)",
        new.token_hash.as_slice(),
        session_id.uuid(),
        new.technician_id.uuid(),
        new.created_at,
        new.expires_at,
        new.ends_at,
        new.user_agent,
        new.address,
        new.second_factor_elsewhere,
    )
    .execute(db)
    .await?;
    Ok(session_id)
}

/// Notes that a session is used, from where, and that it expires later now: at `expires_at`, but never after its end.
///
/// # Errors
/// When the database fails.
pub async fn touch(
    db: impl PgExecutor<'_>,
    session_id: SessionId,
    address: Option<&str>,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update sessions
         set last_seen_at = greatest(last_seen_at, $3),
             expires_at = least(ends_at, greatest(expires_at, $4)),
             address = coalesce($2, address)
         where session_id = $1",
        session_id.uuid(),
        address,
        now,
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
                  rights_of(t.technician_id) as "rights!: Vec<String>",
                  s.session_id as "session_id: SessionId",
                  s.created_at,
                  s.last_seen_at,
                  lacks_second_factor(t.technician_id, s.second_factor_elsewhere) as "lacks_second_factor!"
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

/// Those of these sessions that are still good, and lack no second factor.
///
/// # Errors
/// When the database fails.
pub async fn good(
    db: impl PgExecutor<'_>,
    session_ids: &[SessionId],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<GoodSession>> {
    let session_ids: Vec<_> = session_ids.iter().map(|session_id| session_id.uuid()).collect();
    sqlx::query_as!(
        GoodSession,
        r#"select s.session_id as "session_id: SessionId",
                  rights_of(t.technician_id) as "rights!: Vec<String>"
           from sessions s
           join technicians t using (technician_id)
           where s.session_id = any($1)
             and s.expires_at > $2
             and t.disabled_at is null
             and not lacks_second_factor(t.technician_id, s.second_factor_elsewhere)"#,
        &session_ids,
        now,
    )
    .fetch_all(db)
    .await
}

/// Gives a session another token, so that the old one is good for nothing.
///
/// # Errors
/// When the database fails.
pub async fn rotate(db: impl PgExecutor<'_>, session_id: SessionId, token_hash: &[u8; 32]) -> sqlx::Result<()> {
    sqlx::query!(
        "update sessions
         set token_hash = $2
         where session_id = $1",
        session_id.uuid(),
        token_hash.as_slice(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ends the session of this token, if there is one, and gives its id.
///
/// # Errors
/// When the database fails.
pub async fn end(db: impl PgExecutor<'_>, token_hash: &[u8; 32]) -> sqlx::Result<Option<SessionId>> {
    sqlx::query_scalar!(
        r#"delete from sessions
           where token_hash = $1
           returning session_id as "session_id: SessionId""#,
        token_hash.as_slice(),
    )
    .fetch_optional(db)
    .await
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
