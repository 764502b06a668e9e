//! `DELETE /api/v1/security-groups/{security_group_id}`: removes a group of technicians.

use axum::extract::State;
use axum::http::StatusCode;
use broker_config::SecurityGroupId;
use serde_json::json;
use store::security_groups::GroupChanged;

use crate::extract::Path;
use crate::front::Front;
use crate::live;
use crate::may::{ManageTechnicians, May};
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;

/// Removes a security group. Its members lose what they could do by it alone, at once.
#[utoipa::path(
    delete,
    path = "/api/v1/security-groups/{security_group_id}",
    tag = "technicians",
    params(("security_group_id" = SecurityGroupId, Path, description = "Which group.")),
    responses(
        (status = 204),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-security-group`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/group-built-in` or `/problems/last-admin`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn remove_security_group(
    State(front): State<Front>,
    May { technician, .. }: May<ManageTechnicians>,
    Path(security_group_id): Path<SecurityGroupId>,
) -> Result<StatusCode, Problem> {
    let mut transaction = front.db().begin().await?;
    let removed = store::security_groups::remove(&mut transaction, security_group_id).await?;
    match &removed {
        GroupChanged::Changed { before, .. } => {
            let details = json!({ "name": before.name, "rights": before.rights, "technician_ids": before.members });
            let deed = technician.does("security_group.removed", ("security_group", security_group_id), details);
            store::audit::record(&mut *transaction, &deed).await?;
            transaction.commit().await?;
        }
        GroupChanged::LastAdmin => return Err(Problem::LastAdmin),
        GroupChanged::BuiltIn => return Err(Problem::GroupBuiltIn),
        GroupChanged::NoSuch => return Err(Problem::NoSuch(Thing::SecurityGroup)),
    }
    live::tell_rights(&front, &removed.affected()).await;
    Ok(StatusCode::NO_CONTENT)
}
