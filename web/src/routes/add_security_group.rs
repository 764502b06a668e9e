//! `POST /api/v1/security-groups`: adds a group of technicians.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use broker_config::{Line, SecurityGroupId, TechnicianId};
use serde::Deserialize;
use serde_json::json;
use store::rights::{Right, Rights};
use store::security_groups::SecurityGroup;
use utoipa::ToSchema;

use crate::extract::Body;
use crate::front::Front;
use crate::live;
use crate::may::{ManageTechnicians, May};
use crate::problem::Problem;
use crate::shape::{ProblemDetails, SecurityGroupShape};

/// A new group.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddSecurityGroup {
    /// Its name.
    name: Line,
    /// What its members may do.
    #[schema(value_type = Vec<Right>)]
    rights: Rights,
    /// Who belongs to it; nobody when absent.
    #[serde(default)]
    technician_ids: Vec<TechnicianId>,
}

/// Adds a security group. Its members' rights hold at once.
#[utoipa::path(
    post,
    path = "/api/v1/security-groups",
    tag = "technicians",
    request_body = AddSecurityGroup,
    responses(
        (status = 201, body = SecurityGroupShape),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-technician`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/group-name-taken`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn add_security_group(
    State(front): State<Front>,
    May { technician, .. }: May<ManageTechnicians>,
    Body(asked): Body<AddSecurityGroup>,
) -> Result<(StatusCode, Json<SecurityGroupShape>), Problem> {
    let AddSecurityGroup { name, rights, technician_ids } = asked;
    let security_group_id = SecurityGroupId::new();
    let group = SecurityGroup { security_group_id, name, rights, members: technician_ids };
    let mut transaction = front.db().begin().await?;
    if !store::security_groups::add(&mut transaction, &group).await? {
        return Err(Problem::GroupNameTaken);
    }
    let details = json!({ "name": group.name, "rights": group.rights, "technician_ids": group.members });
    let added = technician.does("security_group.added", ("security_group", security_group_id), details);
    store::audit::record(&mut *transaction, &added).await?;
    transaction.commit().await?;

    live::tell_rights(&front, &group.members).await;
    Ok((StatusCode::CREATED, Json(group.into())))
}
