//! `GET /api/v1/technicians`: the users of the web front.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use broker_config::{Line, SecurityGroupId, TechnicianId};
use serde::Serialize;
use store::rights::Right;
use utoipa::ToSchema;

use crate::front::Front;
use crate::problem::Problem;
use crate::shape::ProblemDetails;
use crate::signed_in::SignedIn;

/// Every technician.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TechnicianList {
    /// The technicians, by name.
    technicians: Vec<Technician>,
}

/// A user of the web front.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "one name per thing everywhere")]
pub(crate) struct Technician {
    /// Who.
    pub technician_id: TechnicianId,
    /// Their name.
    pub name: Line,
    /// The address that they sign in with.
    pub email: Line,
    /// The security groups that they belong to, by name.
    pub security_group_ids: Vec<SecurityGroupId>,
    /// Whether these give them the right to use chat.
    pub can_chat: bool,
    /// Whether they may no longer sign in.
    pub is_disabled: bool,
    /// Whether they have a tab open.
    pub is_online: bool,
}

/// Lists every technician.
#[utoipa::path(
    get,
    path = "/api/v1/technicians",
    tag = "technicians",
    responses(
        (status = 200, body = TechnicianList),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn list_technicians(
    State(front): State<Front>,
    _technician: SignedIn,
) -> Result<Json<TechnicianList>, Problem> {
    let rows = store::technicians::all(front.db()).await?;
    let online = front.live().online();
    let technicians = rows.into_iter().map(|row| Technician::new(row, &online)).collect();
    Ok(Json(TechnicianList { technicians }))
}

impl Technician {
    pub fn new(row: store::technicians::Technician, online: &BTreeSet<TechnicianId>) -> Self {
        Self {
            is_online: online.contains(&row.technician_id),
            technician_id: row.technician_id,
            name: row.name,
            email: row.email,
            security_group_ids: row.groups,
            can_chat: row.rights.has(Right::UseChat),
            is_disabled: row.is_disabled,
        }
    }
}
