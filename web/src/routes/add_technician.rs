//! `POST /api/v1/technicians`: adds a technician.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use broker_config::{Line, SecurityGroupId};
use serde::Deserialize;
use serde_json::json;
use store::security_groups::TECHNICIANS;
use utoipa::ToSchema;

use super::list_technicians::Technician;
use crate::extract::Body;
use crate::front::Front;
use crate::may::{ManageSigningIn, May};
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;

/// A new technician.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddTechnician {
    /// Their name.
    name: Line,
    /// The address that they sign in with.
    email: Line,
    /// Their password.
    #[schema(format = Password, min_length = 12, max_length = 1024)]
    password: String,
    /// The security groups that they belong to; the group Technicians when absent.
    security_group_ids: Option<Vec<SecurityGroupId>>,
}

/// Adds a technician.
#[utoipa::path(
    post,
    path = "/api/v1/technicians",
    tag = "technicians",
    request_body = AddTechnician,
    responses(
        (status = 201, body = Technician),
        (status = 400, description = "`/problems/password-refused`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/email-taken`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn add_technician(
    State(front): State<Front>,
    May { technician: by, .. }: May<ManageSigningIn>,
    Body(asked): Body<AddTechnician>,
) -> Result<(StatusCode, Json<Technician>), Problem> {
    let AddTechnician { name, email, password, security_group_ids } = asked;
    let groups = security_group_ids.unwrap_or_else(|| vec![SecurityGroupId::from(TECHNICIANS)]);
    let hash = front.passwords().accept(password, vec![name.to_string(), email.to_string()]).await?;
    let mut transaction = front.db().begin().await?;
    let added = store::technicians::add(&mut *transaction, &name, &email, &hash, &groups).await?;
    let technician_id = added.ok_or(Problem::EmailTaken)?;
    let details = json!({ "name": name, "security_group_ids": groups });
    let deed = by.does("technician.added", ("technician", technician_id), details);
    store::audit::record(&mut *transaction, &deed).await?;
    let technician = store::technicians::one(&mut *transaction, technician_id).await?;
    transaction.commit().await?;
    let technician = technician.ok_or(Problem::NoSuch(Thing::Technician))?;
    Ok((StatusCode::CREATED, Json(Technician::new(technician, &front.live().online()))))
}
