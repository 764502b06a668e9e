//! Beginning a session, and changing the token of one that goes on.

use axum_extra::extract::cookie::CookieJar;
use broker_config::{SessionId, TechnicianId};
use sqlx::PgConnection;
use store::sessions::NewSession;

use crate::front::Front;
use crate::problem::Problem;
use crate::remote::Remote;
use crate::secret::Secret;
use crate::signed_in;

/// Begins a session of a technician. Gives its `Set-Cookie`.
///
/// Its token is always a new one; the session that the browser had before ends.
pub(crate) async fn begin(
    front: &Front,
    db: &mut PgConnection,
    technician_id: TechnicianId,
    remote: &Remote,
    jar: &CookieJar,
) -> Result<String, Problem> {
    let now = front.now();
    store::sessions::forget_expired(&mut *db, technician_id, now).await?;
    if let Some(token_hash) = signed_in::presented(jar, front)
        && let Some(ended) = store::sessions::end(&mut *db, &token_hash).await?
    {
        front.live().end_sessions(&[ended]);
    }
    let (token, settings) = (Secret::new(""), front.settings());
    let address = remote.address();
    let new = NewSession {
        token_hash: token.hash(),
        technician_id,
        created_at: now,
        expires_at: now + settings.session_idle,
        ends_at: now + settings.session,
        user_agent: remote.user_agent.as_deref(),
        address: address.as_deref(),
    };
    store::sessions::begin(db, &new).await?;
    Ok(signed_in::session_cookie(&token, settings.session, settings.is_https))
}

/// Gives a session another token, because what protects it has changed. Gives its `Set-Cookie`.
pub(crate) async fn rotate(front: &Front, db: &mut PgConnection, session_id: SessionId) -> Result<String, Problem> {
    let (token, settings) = (Secret::new(""), front.settings());
    store::sessions::rotate(db, session_id, &token.hash()).await?;
    Ok(signed_in::session_cookie(&token, settings.session, settings.is_https))
}
