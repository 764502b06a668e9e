//! `POST /api/v1/account/api-tokens`: a technician makes an API token.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use broker_config::{ApiTokenId, Line};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::api_tokens::NewApiToken;
use store::rights::{Right, Rights};
use utoipa::ToSchema;

use crate::attempts::Attempt;
use crate::bearer;
use crate::extract::Body;
use crate::front::Front;
use crate::problem::Problem;
use crate::remote::Remote;
use crate::secret::Secret;
use crate::shape::ProblemDetails;
use crate::signed_in::InSession;

/// A new API token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddApiToken {
    /// What to call it.
    name: Line,
    /// What it may do, as far as its technician may at that moment. With none, what every technician may.
    #[schema(value_type = Vec<Right>)]
    scopes: Rights,
    /// When it ends: within the next 366 days.
    expires_at: DateTime<Utc>,
    /// The technician's password, so that a session that somebody left open is not enough. Whoever has none must have signed in
    /// within the last 15 minutes.
    #[schema(format = Password, max_length = 1024)]
    password: Option<String>,
}

/// An API token that was made.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddedApiToken {
    /// Which.
    api_token_id: ApiTokenId,
    /// The token, for the header `Authorization: Bearer`. It is told this once.
    api_token: String,
}

/// Makes an API token.
#[utoipa::path(
    post,
    path = "/api/v1/account/api-tokens",
    tag = "account",
    request_body = AddApiToken,
    responses(
        (status = 201, body = AddedApiToken),
        (status = 400, description = "`/problems/api-token-lasts`: it would end too late, or has ended already", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, description = "`/problems/wrong-credentials`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/too-many-api-tokens`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-attempts`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn add_api_token(
    State(front): State<Front>,
    InSession { technician, .. }: InSession,
    remote: Remote,
    Body(asked): Body<AddApiToken>,
) -> Result<(StatusCode, Json<AddedApiToken>), Problem> {
    let AddApiToken { name, scopes, expires_at, password } = asked;
    let created_at = front.now();
    if expires_at <= created_at || expires_at > created_at + bearer::LONGEST {
        return Err(Problem::ApiTokenLasts);
    }
    Attempt::confirm(&front, &technician, password, &remote).await?;

    let token = Secret::new(Secret::API_TOKEN_PREFIX);
    let (token_hash, technician_id) = (token.hash(), technician.technician_id);
    let new = NewApiToken { token_hash, technician_id, name: &name, scopes, created_at, expires_at };
    let mut transaction = front.db().begin().await?;
    let added = store::api_tokens::add(&mut transaction, &new, bearer::MOST).await?;
    let api_token_id = added.ok_or(Problem::TooManyApiTokens)?;
    let details = json!({ "name": name, "scopes": scopes, "expires_at": expires_at });
    let deed = technician.does("api_token.added", ("api_token", api_token_id), details);
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    Ok((StatusCode::CREATED, Json(AddedApiToken { api_token_id, api_token: token.reveal().to_owned() })))
}
