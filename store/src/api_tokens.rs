//! Tokens by which integrations act as technicians. A token is known by its SHA-256 alone.

mod holder;

use broker_config::{ApiTokenId, Line, TechnicianId};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::rights::Rights;

pub use holder::{GoodApiToken, Holder, good, holder, touch};

/// A token, as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Which.
    pub api_token_id: ApiTokenId,
    /// What its technician calls it.
    pub name: Line,
    /// What it may do, as far as its technician may.
    pub scopes: Rights,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// When it was last used, to about a minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// From where.
    pub last_address: Option<String>,
}

/// A token that is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApiToken<'a> {
    /// By which it is known.
    pub token_hash: [u8; 32],
    /// Whose.
    pub technician_id: TechnicianId,
    /// What its technician calls it.
    pub name: &'a Line,
    /// What it may do, as far as its technician may.
    pub scopes: Rights,
    /// When it is made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// Adds a token, unless its technician has `at_most` already, expired or not. Their other new tokens wait until the
/// transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn add(db: &mut PgConnection, new: &NewApiToken<'_>, at_most: i64) -> sqlx::Result<Option<ApiTokenId>> {
    sqlx::query!(
        "select from technicians
         where technician_id = $1
         for no key update",
        new.technician_id.uuid(),
    )
    .execute(&mut *db)
    .await?;
    sqlx::query_scalar!(
        r#"insert into api_tokens (api_token_id, token_hash, technician_id, name, scopes, created_at, expires_at)
           select $1, $2, $3, $4, $5, $6, $7
           where (
               select count(*)
               from api_tokens
               where technician_id = $3
           ) < $8
           returning api_token_id as "api_token_id: ApiTokenId""#,
        ApiTokenId::new().uuid(),
        new.token_hash.as_slice(),
        new.technician_id.uuid(),
        &**new.name,
        &new.scopes.names(),
        new.created_at,
        new.expires_at,
        at_most,
    )
    .fetch_optional(db)
    .await
}

/// The tokens of a technician, the newest first, with those that have expired.
///
/// # Errors
/// When the database fails.
pub async fn of(db: impl PgExecutor<'_>, technician_id: TechnicianId) -> sqlx::Result<Vec<ApiToken>> {
    sqlx::query_as!(
        ApiToken,
        r#"select api_token_id as "api_token_id: ApiTokenId",
                  name as "name: Line",
                  scopes as "scopes!: Vec<String>",
                  created_at,
                  expires_at,
                  last_used_at,
                  last_address
           from api_tokens
           where technician_id = $1
           order by api_token_id desc"#,
        technician_id.uuid(),
    )
    .fetch_all(db)
    .await
}

/// Revokes a token of a technician. Gives what it was, if they had it.
///
/// # Errors
/// When the database fails.
pub async fn revoke(
    db: impl PgExecutor<'_>,
    technician_id: TechnicianId,
    api_token_id: ApiTokenId,
) -> sqlx::Result<Option<ApiToken>> {
    sqlx::query_as!(
        ApiToken,
        r#"delete from api_tokens
           where technician_id = $1
             and api_token_id = $2
           returning api_token_id as "api_token_id: ApiTokenId",
                     name as "name: Line",
                     scopes as "scopes!: Vec<String>",
                     created_at,
                     expires_at,
                     last_used_at,
                     last_address"#,
        technician_id.uuid(),
        api_token_id.uuid(),
    )
    .fetch_optional(db)
    .await
}
