//! `GET /api/v1/account/api-tokens`: the technician's API tokens.

use axum::Json;
use axum::extract::State;

use crate::front::Front;
use crate::problem::Problem;
use crate::shape::{ApiTokenList, ProblemDetails};
use crate::signed_in::SignedIn;

/// Lists the technician's API tokens.
#[utoipa::path(
    get,
    path = "/api/v1/account/api-tokens",
    tag = "account",
    responses(
        (status = 200, body = ApiTokenList),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn list_api_tokens(
    State(front): State<Front>,
    technician: SignedIn,
) -> Result<Json<ApiTokenList>, Problem> {
    let tokens = store::api_tokens::of(front.db(), technician.technician_id).await?;
    Ok(Json(tokens.into()))
}
