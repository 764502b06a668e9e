//! `PATCH /api/v1/technicians/{technician_id}`: changes a technician.

use axum::Json;
use axum::extract::State;
use broker_config::{Line, SecurityGroupId, TechnicianId};
use serde::Deserialize;
use serde_json::json;
use store::technicians::{Changed, TechnicianChange};
use utoipa::ToSchema;

use super::list_technicians::Technician;
use crate::extract::{Body, Path};
use crate::front::Front;
use crate::live;
use crate::may::{ManageTechnicians, May};
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;

/// What to change; what is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeTechnician {
    /// Another name.
    name: Option<Line>,
    /// The security groups that they belong to.
    security_group_ids: Option<Vec<SecurityGroupId>>,
    /// Whether they may no longer sign in.
    is_disabled: Option<bool>,
}

/// Changes a technician. Who is disabled is signed out everywhere; changed groups hold at once,
/// on open tabs, too.
#[utoipa::path(
    patch,
    path = "/api/v1/technicians/{technician_id}",
    tag = "technicians",
    params(("technician_id" = TechnicianId, Path, description = "Which technician.")),
    request_body = ChangeTechnician,
    responses(
        (status = 200, body = Technician),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-technician`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/last-admin`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn change_technician(
    State(front): State<Front>,
    May { technician: by, .. }: May<ManageTechnicians>,
    Path(technician_id): Path<TechnicianId>,
    Body(asked): Body<ChangeTechnician>,
) -> Result<Json<Technician>, Problem> {
    let ChangeTechnician { name, security_group_ids, is_disabled } = asked;
    let change = TechnicianChange { name, groups: security_group_ids, is_disabled };
    let mut transaction = front.db().begin().await?;
    let technician = match store::technicians::change(&mut transaction, technician_id, &change, front.now()).await? {
        Changed::Changed(technician) => technician,
        Changed::LastAdmin => return Err(Problem::LastAdmin),
        Changed::NoSuch => return Err(Problem::NoSuch(Thing::Technician)),
    };
    let details = json!({
        "name": change.name,
        "security_group_ids": change.groups,
        "is_disabled": change.is_disabled,
    });
    let deed = by.does("technician.changed", ("technician", technician_id), details);
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;

    if technician.is_disabled {
        front.live().sign_out(technician_id);
    }
    live::tell_rights(&front, &[technician_id]).await;
    Ok(Json(Technician::new(technician, &front.live().online())))
}
