//! `PATCH /api/v1/security-groups/{security_group_id}`: changes a group of technicians.

use axum::Json;
use axum::extract::State;
use broker_config::{Line, SecurityGroupId, TechnicianId};
use serde::Deserialize;
use serde_json::json;
use store::rights::{Right, Rights};
use store::security_groups::{GroupChange, GroupChanged};
use utoipa::ToSchema;

use crate::extract::{Body, Path};
use crate::front::Front;
use crate::live;
use crate::may::{ManageTechnicians, May};
use crate::problem::{Problem, Thing};
use crate::shape::{ProblemDetails, SecurityGroupShape};

/// What to change; what is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeSecurityGroup {
    /// Another name.
    name: Option<Line>,
    /// What its members may do.
    #[schema(value_type = Option<Vec<Right>>)]
    rights: Option<Rights>,
    /// Who belongs to it.
    technician_ids: Option<Vec<TechnicianId>>,
}

/// Changes a security group. Its members' rights hold at once, on open tabs, too. Of the group that may do everything, only the
/// members change.
#[utoipa::path(
    patch,
    path = "/api/v1/security-groups/{security_group_id}",
    tag = "technicians",
    params(("security_group_id" = SecurityGroupId, Path, description = "Which group.")),
    request_body = ChangeSecurityGroup,
    responses(
        (status = 200, body = SecurityGroupShape),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-security-group` or `/problems/no-such-technician`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/group-name-taken`, `/problems/group-built-in` or `/problems/last-admin`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn change_security_group(
    State(front): State<Front>,
    May { technician, .. }: May<ManageTechnicians>,
    Path(security_group_id): Path<SecurityGroupId>,
    Body(asked): Body<ChangeSecurityGroup>,
) -> Result<Json<SecurityGroupShape>, Problem> {
    let change = GroupChange { name: asked.name, rights: asked.rights, members: asked.technician_ids };
    let mut transaction = front.db().begin().await?;
    let changed = store::security_groups::change(&mut transaction, security_group_id, &change).await?;
    let affected = changed.affected();
    let (before, now) = match changed {
        GroupChanged::Changed { before, now } => (before, now.ok_or(Problem::NoSuch(Thing::SecurityGroup))?),
        GroupChanged::LastAdmin => return Err(Problem::LastAdmin),
        GroupChanged::BuiltIn => return Err(Problem::GroupBuiltIn),
        GroupChanged::NoSuch => return Err(Problem::NoSuch(Thing::SecurityGroup)),
    };
    let details = json!({
        "before": { "name": before.name, "rights": before.rights, "technician_ids": before.members },
        "now": { "name": now.name, "rights": now.rights, "technician_ids": now.members },
    });
    let deed = technician.does("security_group.changed", ("security_group", security_group_id), details);
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;

    live::tell_rights(&front, &affected).await;
    Ok(Json(now.into()))
}
