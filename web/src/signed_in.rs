//! Who is asking: the session cookie, and the technician behind it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum_extra::extract::cookie::CookieJar;
use broker_config::{Assignee, Author, Line, TechnicianId};
use chrono::TimeDelta;

use crate::front::Front;
use crate::problem::Problem;
use crate::secret::Secret;

/// The technician who is asking. A route that takes it is for technicians.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    pub technician_id: TechnicianId,
    pub name: Line,
    pub email: Line,
    pub is_admin: bool,
    /// Whether they see and answer chats.
    pub can_chat: bool,
    /// By which their session is known.
    pub token_hash: [u8; 32],
}

impl SignedIn {
    /// The technician as the author of a fact.
    pub(crate) fn author(&self) -> Author {
        Author::Technician { technician_id: self.technician_id, name: self.name.clone() }
    }

    /// The technician as one who has a chat.
    pub(crate) fn assignee(&self) -> Assignee {
        Assignee { technician_id: self.technician_id, name: self.name.clone() }
    }
}

impl FromRequestParts<Front> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Problem> {
        let jar = CookieJar::from_headers(&parts.headers);
        let cookie = jar.get(cookie_name(front.settings().is_https)).ok_or(Problem::NotSignedIn)?;
        let token_hash = Secret::hash_of(cookie.value());
        let session = store::sessions::technician(front.db(), &token_hash, front.now()).await?;
        let session = session.ok_or(Problem::NotSignedIn)?;
        Ok(Self {
            technician_id: session.technician_id,
            name: session.name,
            email: session.email,
            is_admin: session.is_admin,
            can_chat: session.can_chat,
            token_hash,
        })
    }
}

/// A technician who sees and answers chats. A route that takes it is for them.
#[derive(Debug, Clone)]
pub(crate) struct MayChat(pub SignedIn);

impl FromRequestParts<Front> for MayChat {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Problem> {
        let technician = SignedIn::from_request_parts(parts, front).await?;
        if technician.can_chat { Ok(Self(technician)) } else { Err(Problem::NoChatRights) }
    }
}

/// An administrator. A route that takes it is for them.
#[derive(Debug, Clone)]
pub(crate) struct Admin;

impl FromRequestParts<Front> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Problem> {
        let technician = SignedIn::from_request_parts(parts, front).await?;
        if technician.is_admin { Ok(Self) } else { Err(Problem::NotAdmin) }
    }
}

/// The `Set-Cookie` that holds the token of a session for as long as it lasts.
pub(crate) fn session_cookie(token: &Secret, lasts: TimeDelta, is_https: bool) -> String {
    cookie(token.reveal(), lasts.num_seconds(), is_https)
}

/// The `Set-Cookie` that makes the browser forget the session.
pub(crate) fn no_session_cookie(is_https: bool) -> String {
    cookie("", 0, is_https)
}

fn cookie(value: &str, seconds: i64, is_https: bool) -> String {
    let name = cookie_name(is_https);
    let secure = if is_https { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}

/// With https, a name that browsers give to this host alone.
fn cookie_name(is_https: bool) -> &'static str {
    if is_https { "__Host-trayline_session" } else { "trayline_session" }
}
