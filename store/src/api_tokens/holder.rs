//! Who a token acts as, and what it may do.

use broker_config::{ApiTokenId, Line, TechnicianId};
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::rights::Rights;

/// Who a token acts as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The technician.
    pub technician_id: TechnicianId,
    /// Their name.
    pub name: Line,
    /// The address that they sign in with.
    pub email: Line,
    /// What they may do.
    pub rights: Rights,
    /// Which of their tokens it is.
    pub api_token_id: ApiTokenId,
    /// What the token may do, as far as they may.
    pub scopes: Rights,
    /// When it was last used, to about a minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A token that is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoodApiToken {
    /// Which one.
    pub api_token_id: ApiTokenId,
    /// What its technician may do.
    pub rights: Rights,
    /// What the token may do, as far as they may.
    pub scopes: Rights,
}

/// Who the token acts as, unless it has expired or the technician has been disabled.
///
/// # Errors
/// When the database fails.
pub async fn holder(
    db: impl PgExecutor<'_>,
    token_hash: &[u8; 32],
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Holder>> {
    sqlx::query_as!(
        Holder,
        r#"select t.technician_id as "technician_id: TechnicianId",
                  t.name as "name: Line",
                  t.email as "email: Line",
                  rights_of(t.technician_id) as "rights!: Vec<String>",
                  a.api_token_id as "api_token_id: ApiTokenId",
                  a.scopes as "scopes!: Vec<String>",
                  a.last_used_at
           from api_tokens a
           join technicians t using (technician_id)
           where a.token_hash = $1
             and a.expires_at > $2
             and t.disabled_at is null"#,
        token_hash.as_slice(),
        now,
    )
    .fetch_optional(db)
    .await
}

/// Those of these tokens that are still good.
///
/// # Errors
/// When the database fails.
pub async fn good(
    db: impl PgExecutor<'_>,
    api_token_ids: &[ApiTokenId],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<GoodApiToken>> {
    let api_token_ids: Vec<_> = api_token_ids.iter().map(|api_token_id| api_token_id.uuid()).collect();
    sqlx::query_as!(
        GoodApiToken,
        r#"select a.api_token_id as "api_token_id: ApiTokenId",
                  rights_of(t.technician_id) as "rights!: Vec<String>",
                  a.scopes as "scopes!: Vec<String>"
           from api_tokens a
           join technicians t using (technician_id)
           where a.api_token_id = any($1)
             and a.expires_at > $2
             and t.disabled_at is null"#,
        &api_token_ids,
        now,
    )
    .fetch_all(db)
    .await
}

/// Notes that a token is used, and from where.
///
/// # Errors
/// When the database fails.
pub async fn touch(
    db: impl PgExecutor<'_>,
    api_token_id: ApiTokenId,
    address: Option<&str>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update api_tokens
         set last_used_at = greatest(last_used_at, $3),
             last_address = coalesce($2, last_address)
         where api_token_id = $1",
        api_token_id.uuid(),
        address,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}
