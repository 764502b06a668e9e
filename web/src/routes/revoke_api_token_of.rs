//! `DELETE /api/v1/technicians/{technician_id}/api-tokens/{api_token_id}`: an API token of a technician is revoked.

use axum::extract::State;
use axum::http::StatusCode;
use broker_config::{ApiTokenId, TechnicianId};

use crate::api_token;
use crate::extract::Path;
use crate::front::Front;
use crate::may::{ManageSigningIn, May};
use crate::problem::Problem;
use crate::shape::ProblemDetails;

/// Revokes an API token of a technician. Its live sockets are closed.
#[utoipa::path(
    delete,
    path = "/api/v1/technicians/{technician_id}/api-tokens/{api_token_id}",
    tag = "technicians",
    params(
        ("technician_id" = TechnicianId, Path, description = "Whose."),
        ("api_token_id" = ApiTokenId, Path, description = "Which token."),
    ),
    responses(
        (status = 204),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-api-token`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn revoke_api_token_of(
    State(front): State<Front>,
    May { technician: by, .. }: May<ManageSigningIn>,
    Path((technician_id, api_token_id)): Path<(TechnicianId, ApiTokenId)>,
) -> Result<StatusCode, Problem> {
    api_token::revoke(&front, &by, technician_id, api_token_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
