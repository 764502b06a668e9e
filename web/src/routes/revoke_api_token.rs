//! `DELETE /api/v1/account/api-tokens/{api_token_id}`: a technician revokes one of their API tokens.

use axum::extract::State;
use axum::http::StatusCode;
use broker_config::ApiTokenId;

use crate::api_token;
use crate::extract::Path;
use crate::front::Front;
use crate::problem::Problem;
use crate::shape::ProblemDetails;
use crate::signed_in::InSession;

/// Revokes an API token of the technician. Its live sockets are closed.
#[utoipa::path(
    delete,
    path = "/api/v1/account/api-tokens/{api_token_id}",
    tag = "account",
    params(
        ("api_token_id" = ApiTokenId, Path, description = "Which token."),
    ),
    responses(
        (status = 204),
        (status = 404, description = "`/problems/no-such-api-token`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn revoke_api_token(
    State(front): State<Front>,
    InSession { technician, .. }: InSession,
    Path(api_token_id): Path<ApiTokenId>,
) -> Result<StatusCode, Problem> {
    api_token::revoke(&front, &technician, technician.technician_id, api_token_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
