//! Where a technician is signed in, as they see it themselves.

use broker_config::{SessionId, TechnicianId};
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// One place where a technician is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Which session.
    pub session_id: SessionId,
    /// What the browser calls itself.
    pub user_agent: Option<String>,
    /// From where it was last used.
    pub address: Option<String>,
    /// When the technician signed in.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to about a minute.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends if it is not used again.
    pub expires_at: DateTime<Utc>,
}

/// Where a technician is signed in, the place used last first.
///
/// # Errors
/// When the database fails.
pub async fn places(
    db: impl PgExecutor<'_>,
    technician_id: TechnicianId,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Place>> {
    sqlx::query_as!(
        Place,
        r#"select session_id as "session_id: SessionId",
                  user_agent,
                  address,
                  created_at,
                  last_seen_at,
                  expires_at
           from sessions
           where technician_id = $1
             and expires_at > $2
           order by last_seen_at desc, session_id"#,
        technician_id.uuid(),
        now,
    )
    .fetch_all(db)
    .await
}

/// Ends one session of a technician. Says whether they had it.
///
/// # Errors
/// When the database fails.
pub async fn end_one(
    db: impl PgExecutor<'_>,
    technician_id: TechnicianId,
    session_id: SessionId,
) -> sqlx::Result<bool> {
    let ended = sqlx::query!(
        "delete from sessions
         where technician_id = $1
           and session_id = $2",
        technician_id.uuid(),
        session_id.uuid(),
    )
    .execute(db)
    .await?;
    Ok(ended.rows_affected() > 0)
}

/// Ends every session of a technician but `kept`; all of them without one. Gives those that have ended.
///
/// # Errors
/// When the database fails.
pub async fn end_others(
    db: impl PgExecutor<'_>,
    technician_id: TechnicianId,
    kept: Option<SessionId>,
) -> sqlx::Result<Vec<SessionId>> {
    sqlx::query_scalar!(
        r#"delete from sessions
           where technician_id = $1
             and session_id is distinct from $2
           returning session_id as "session_id: SessionId""#,
        technician_id.uuid(),
        kept.map(SessionId::uuid),
    )
    .fetch_all(db)
    .await
}
