//! `GET /api/v1/session`: who is signed in.

use axum::Json;
use broker_config::{Line, TechnicianId};
use serde::Serialize;
use store::rights::{Right, Rights};
use utoipa::ToSchema;

use crate::shape::ProblemDetails;
use crate::signed_in::{AtTheDoor, SignedIn};

/// The technician who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignedInTechnician {
    /// Who.
    pub technician_id: TechnicianId,
    /// Their name.
    pub name: Line,
    /// The address that they sign in with.
    pub email: Line,
    /// What they may do, by their security groups.
    #[schema(value_type = Vec<Right>)]
    pub rights: Rights,
    /// Whether they have to set up an authenticator before they do anything else. Until then nothing else is answered.
    pub lacks_second_factor: bool,
}

impl From<SignedIn> for SignedInTechnician {
    fn from(technician: SignedIn) -> Self {
        Self {
            technician_id: technician.technician_id,
            name: technician.name,
            email: technician.email,
            rights: technician.rights,
            lacks_second_factor: technician.lacks_second_factor,
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
pub(crate) async fn show_session(AtTheDoor(technician): AtTheDoor) -> Json<SignedInTechnician> {
    Json(technician.into())
}
