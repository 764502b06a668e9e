//! `GET /api/v1/account/sessions`: where the technician is signed in.

use axum::Json;
use axum::extract::State;
use broker_config::SessionId;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::front::Front;
use crate::problem::Problem;
use crate::shape::ProblemDetails;
use crate::signed_in::{Credential, SignedIn};

/// One place where the technician is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionPlace {
    /// Which session.
    session_id: SessionId,
    /// What the browser calls itself.
    user_agent: Option<String>,
    /// From where it was last used.
    address: Option<String>,
    /// When the technician signed in.
    created_at: DateTime<Utc>,
    /// When it was last used, to about a minute.
    last_seen_at: DateTime<Utc>,
    /// When it ends if it is not used again.
    expires_at: DateTime<Utc>,
    /// Whether it is the one that asks.
    is_current: bool,
}

/// Where a technician is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionList {
    /// The sessions, the one used last first.
    sessions: Vec<SessionPlace>,
}

/// Lists where the technician is signed in.
#[utoipa::path(
    get,
    path = "/api/v1/account/sessions",
    tag = "account",
    responses(
        (status = 200, body = SessionList),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn list_sessions(
    State(front): State<Front>,
    technician: SignedIn,
) -> Result<Json<SessionList>, Problem> {
    let places = store::sessions::places(front.db(), technician.technician_id, front.now()).await?;
    let sessions = places.into_iter().map(|place| SessionPlace {
        session_id: place.session_id,
        user_agent: place.user_agent,
        address: place.address,
        created_at: place.created_at,
        last_seen_at: place.last_seen_at,
        expires_at: place.expires_at,
        is_current: technician.credential == Credential::Session(place.session_id),
    });
    Ok(Json(SessionList { sessions: sessions.collect() }))
}
