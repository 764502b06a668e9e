//! Beginning a session, and changing the token of one that goes on.

use axum_extra::extract::cookie::CookieJar;
use broker_config::{Line, SessionId, TechnicianId};
use serde::Serialize;
use serde_json::json;
use sqlx::PgConnection;
use store::sessions::NewSession;

use crate::audit;
use crate::front::Front;
use crate::problem::Problem;
use crate::remote::Remote;
use crate::secret::Secret;
use crate::signed_in;

/// Somebody who has shown who they are.
#[derive(Debug, Clone)]
pub(crate) struct Entrant {
    pub technician_id: TechnicianId,
    pub name: Line,
    pub way: Way,
    pub second_factor: SecondFactor,
}

/// By what somebody shows who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Way {
    Password,
    Provider,
    SetUpCode,
}

/// What somebody shows beside that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SecondFactor {
    None,
    Code,
    RecoveryCode,
    /// It is the provider's affair.
    AtProvider,
}

/// Begins a session of a technician. Gives its `Set-Cookie`.
///
/// Its token is always a new one; the session that the browser had before ends.
pub(crate) async fn begin(
    front: &Front,
    db: &mut PgConnection,
    entrant: Entrant,
    remote: &Remote,
    jar: &CookieJar,
) -> Result<String, Problem> {
    let Entrant { technician_id, name, way, second_factor } = entrant;
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
        second_factor_elsewhere: second_factor == SecondFactor::AtProvider,
    };
    let session_id = store::sessions::begin(&mut *db, &new).await?;
    let details = json!({ "way": way, "second_factor": second_factor, "session_id": session_id });
    let deed = audit::at_the_door("sign_in.succeeded", technician_id, name, remote, details);
    store::audit::record(db, &deed).await?;
    Ok(signed_in::session_cookie(&token, settings.session, settings.is_https))
}

/// Gives a session another token, because what protects it has changed. Gives its `Set-Cookie`.
pub(crate) async fn rotate(front: &Front, db: &mut PgConnection, session_id: SessionId) -> Result<String, Problem> {
    let (token, settings) = (Secret::new(""), front.settings());
    store::sessions::rotate(db, session_id, &token.hash()).await?;
    Ok(signed_in::session_cookie(&token, settings.session, settings.is_https))
}
