//! `GET /api/v1/session`: who is signed in.

use axum::Json;
use broker_config::{Line, TechnicianId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::shape::ProblemDetails;
use crate::signed_in::SignedIn;

/// The technician who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignedInTechnician {
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

impl From<SignedIn> for SignedInTechnician {
    fn from(technician: SignedIn) -> Self {
        Self {
            technician_id: technician.technician_id,
            name: technician.name,
            email: technician.email,
            is_admin: technician.is_admin,
            can_chat: technician.can_chat,
        }
    }
}

/// Says who is signed in.
#[utoipa::path(
    get,
    path = "/api/v1/session",
    tag = "session",
    responses(
        (status = 200, body = SignedInTechnician),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn show_session(technician: SignedIn) -> Json<SignedInTechnician> {
    Json(technician.into())
}
