//! An API token, without the token itself.

use broker_config::{ApiTokenId, Line};
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::api_tokens::ApiToken;
use store::rights::{Right, Rights};
use utoipa::ToSchema;

/// A token by which an integration acts as a technician.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiToken)]
pub(crate) struct ApiTokenShape {
    /// Which.
    api_token_id: ApiTokenId,
    /// What its technician calls it.
    name: Line,
    /// What it may do, as far as its technician may at that moment.
    #[schema(value_type = Vec<Right>)]
    scopes: Rights,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it ends.
    expires_at: DateTime<Utc>,
    /// When it was last used, to about a minute; null when it never was.
    last_used_at: Option<DateTime<Utc>>,
    /// From where.
    last_address: Option<String>,
}

/// The API tokens of a technician.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiTokenList {
    /// The tokens, the newest first. Those that have expired are there until they are revoked.
    api_tokens: Vec<ApiTokenShape>,
}

impl From<ApiToken> for ApiTokenShape {
    fn from(token: ApiToken) -> Self {
        let ApiToken { api_token_id, name, scopes, created_at, expires_at, last_used_at, last_address } = token;
        Self { api_token_id, name, scopes, created_at, expires_at, last_used_at, last_address }
    }
}

impl From<Vec<ApiToken>> for ApiTokenList {
    fn from(tokens: Vec<ApiToken>) -> Self {
        Self { api_tokens: tokens.into_iter().map(Into::into).collect() }
    }
}
