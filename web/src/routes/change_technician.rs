//! `PATCH /api/v1/technicians/{technician_id}`: an administrator changes a technician.

use axum::Json;
use axum::extract::State;
use broker_config::{Line, TechnicianId};
use serde::Deserialize;
use store::technicians::{Changed, TechnicianChange};
use utoipa::ToSchema;

use super::list_technicians::Technician;
use crate::extract::{Body, Path};
use crate::front::Front;
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;
use crate::signed_in::Admin;

/// What to change; what is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeTechnician {
    /// Another name.
    name: Option<Line>,
    /// Whether they may change who may sign in and which devices may enrol.
    is_admin: Option<bool>,
    /// Whether they see and answer chats.
    can_chat: Option<bool>,
    /// Whether they may no longer sign in.
    is_disabled: Option<bool>,
}

/// Changes a technician. Who is disabled is signed out everywhere; who may not chat any more loses the live socket.
#[utoipa::path(
    patch,
    path = "/api/v1/technicians/{technician_id}",
    tag = "technicians",
    params(("technician_id" = TechnicianId, Path, description = "Which technician.")),
    request_body = ChangeTechnician,
    responses(
        (status = 200, body = Technician),
        (status = 403, description = "`/problems/not-admin`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-technician`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/last-admin`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn change_technician(
    State(front): State<Front>,
    _admin: Admin,
    Path(technician_id): Path<TechnicianId>,
    Body(asked): Body<ChangeTechnician>,
) -> Result<Json<Technician>, Problem> {
    let ChangeTechnician { name, is_admin, can_chat, is_disabled } = asked;
    let change = TechnicianChange { name, is_admin, can_chat, is_disabled };
    let mut transaction = front.db().begin().await?;
    let technician = match store::technicians::change(&mut transaction, technician_id, &change, front.now()).await? {
        Changed::Changed(technician) => technician,
        Changed::LastAdmin => return Err(Problem::LastAdmin),
        Changed::NoSuch => return Err(Problem::NoSuch(Thing::Technician)),
    };
    transaction.commit().await?;

    if technician.is_disabled {
        front.live().sign_out(technician_id);
    } else if !technician.can_chat {
        front.live().withhold_chats(technician_id);
    }
    Ok(Json(Technician::new(technician, &front.live().online())))
}
