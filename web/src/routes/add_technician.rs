//! `POST /api/v1/technicians`: an administrator adds a technician.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use broker_config::Line;
use serde::Deserialize;
use utoipa::ToSchema;

use super::list_technicians::Technician;
use crate::extract::Body;
use crate::front::Front;
use crate::problem::Problem;
use crate::shape::ProblemDetails;
use crate::signed_in::Admin;

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
    /// Whether they may change who may sign in and which devices may enrol.
    is_admin: bool,
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
        (status = 403, description = "`/problems/not-admin`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/email-taken`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn add_technician(
    State(front): State<Front>,
    _admin: Admin,
    Body(asked): Body<AddTechnician>,
) -> Result<(StatusCode, Json<Technician>), Problem> {
    let AddTechnician { name, email, password, is_admin } = asked;
    let hash = front.passwords().accept(password, vec![name.to_string(), email.to_string()]).await?;
    let added = store::technicians::add(front.db(), &name, &email, &hash, is_admin).await?;
    let technician_id = added.ok_or(Problem::EmailTaken)?;
    let technician =
        Technician { technician_id, name, email, is_admin, can_chat: true, is_disabled: false, is_online: false };
    Ok((StatusCode::CREATED, Json(technician)))
}
