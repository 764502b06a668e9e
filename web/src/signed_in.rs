//! Who is asking: the session cookie or the API token, and the technician behind it.

use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum_extra::extract::cookie::CookieJar;
use broker_config::{ApiTokenId, Assignee, Author, Line, SessionId, TechnicianId};
use chrono::{DateTime, TimeDelta, Utc};
use store::chats::Viewer;
use store::rights::{Right, Rights};

use crate::bearer;
use crate::front::Front;
use crate::problem::Problem;
use crate::remote::Remote;
use crate::secret::Secret;

/// How exactly it is known when a session was used last.
const TOUCH: TimeDelta = TimeDelta::minutes(1);

/// The technician who is asking. A route that takes it is for every technician; see [`crate::may`] for the others.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    pub technician_id: TechnicianId,
    pub name: Line,
    pub email: Line,
    /// What they may do here: by an API token, no more than its scopes.
    pub rights: Rights,
    /// By what they are known.
    pub credential: Credential,
    /// When they signed in, if they are in a session.
    pub since: Option<DateTime<Utc>>,
    /// Whether they have to set up an authenticator before they do anything else.
    pub lacks_second_factor: bool,
    /// Where they are, when that is known.
    pub address: Option<IpAddr>,
}

/// By what a technician is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Credential {
    /// One of their sessions.
    Session(SessionId),
    /// One of their API tokens.
    ApiToken(ApiTokenId),
}

/// The technician who is asking, in a session. A route that takes it changes how they sign in, which no API token may.
#[derive(Debug, Clone)]
pub(crate) struct InSession {
    pub technician: SignedIn,
    pub session_id: SessionId,
}

impl SignedIn {
    /// Which of the technician's sessions it is. Refuses an API token.
    pub(crate) fn session(&self) -> Result<SessionId, Problem> {
        match self.credential {
            Credential::Session(session_id) => Ok(session_id),
            Credential::ApiToken(_) => Err(Problem::NotByApiToken),
        }
    }

    /// The technician as the author of a fact.
    pub(crate) fn author(&self) -> Author {
        Author::Technician { technician_id: self.technician_id, name: self.name.clone() }
    }

    /// Refuses who does not have this right.
    pub(crate) fn demand(&self, right: Right) -> Result<(), Problem> {
        match right {
            right if self.rights.has(right) => Ok(()),
            Right::UseChat => Err(Problem::NoChatRights),
            right => Err(Problem::MissingRight(right)),
        }
    }

    /// The technician as one who looks at chats.
    pub(crate) fn viewer(&self) -> Viewer {
        Viewer { technician_id: self.technician_id, sees_all: self.rights.has(Right::SeeAllChats) }
    }

    /// The technician as one who has a chat.
    pub(crate) fn assignee(&self) -> Assignee {
        Assignee { technician_id: self.technician_id, name: self.name.clone() }
    }
}

/// The technician who is asking, in a session, also where they have to set up an authenticator before they do anything else: a route that
/// takes it is how they do that, or leave.
pub(crate) struct SettingUp {
    pub technician: SignedIn,
    pub session_id: SessionId,
}

/// The technician who is asking, also where they have to set up an authenticator before they do anything else.
pub(crate) struct AtTheDoor(pub SignedIn);

impl FromRequestParts<Front> for AtTheDoor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Problem> {
        let Ok(remote) = Remote::from_request_parts(parts, front).await;
        if let Some(token) = bearer::presented(&parts.headers) {
            return bearer::technician(front, token, &remote).await.map(Self);
        }
        let jar = CookieJar::from_headers(&parts.headers);
        let token_hash = presented(&jar, front).ok_or(Problem::NotSignedIn)?;
        let now = front.now();
        let session = store::sessions::technician(front.db(), &token_hash, now).await?;
        let session = session.ok_or(Problem::NotSignedIn)?;
        if session.last_seen_at < now - TOUCH {
            let expires_at = now + front.settings().session_idle;
            store::sessions::touch(front.db(), session.session_id, remote.address().as_deref(), now, expires_at)
                .await?;
        }
        Ok(Self(SignedIn {
            technician_id: session.technician_id,
            name: session.name,
            email: session.email,
            rights: session.rights,
            credential: Credential::Session(session.session_id),
            since: Some(session.created_at),
            lacks_second_factor: session.lacks_second_factor,
            address: remote.ip(),
        }))
    }
}

impl FromRequestParts<Front> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Problem> {
        let AtTheDoor(technician) = AtTheDoor::from_request_parts(parts, front).await?;
        if technician.lacks_second_factor { Err(Problem::SecondFactorRequired) } else { Ok(technician) }
    }
}

impl FromRequestParts<Front> for SettingUp {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Problem> {
        let AtTheDoor(technician) = AtTheDoor::from_request_parts(parts, front).await?;
        let session_id = technician.session()?;
        Ok(Self { technician, session_id })
    }
}

impl FromRequestParts<Front> for InSession {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Problem> {
        let technician = SignedIn::from_request_parts(parts, front).await?;
        let session_id = technician.session()?;
        Ok(Self { technician, session_id })
    }
}

/// By which the session that a request came with would be known, if it came with one.
pub(crate) fn presented(jar: &CookieJar, front: &Front) -> Option<[u8; 32]> {
    jar.get(cookie_name(front.settings().is_https)).map(|cookie| Secret::hash_of(cookie.value()))
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
