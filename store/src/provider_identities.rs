//! Who technicians are at an `OpenID` provider.

use broker_config::{Line, TechnicianId};
use sqlx::PgExecutor;

/// A technician, as far as signing in by way of a provider is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Who.
    pub technician_id: TechnicianId,
    /// Their name.
    pub name: Line,
    /// Whether they may no longer sign in.
    pub is_disabled: bool,
    /// Whether they are somebody at this provider already.
    pub is_linked: bool,
}

/// The technician who is this subject at this provider.
///
/// # Errors
/// When the database fails.
pub async fn by_subject(db: impl PgExecutor<'_>, issuer: &str, subject: &str) -> sqlx::Result<Option<Known>> {
    sqlx::query_as!(
        Known,
        r#"select t.technician_id as "technician_id: TechnicianId",
                  t.name as "name: Line",
                  t.disabled_at is not null as "is_disabled!",
                  true as "is_linked!"
           from provider_identities p
           join technicians t using (technician_id)
           where p.issuer = $1
             and p.subject = $2"#,
        issuer,
        subject,
    )
    .fetch_optional(db)
    .await
}

/// The technician who signs in with this address, in any case.
///
/// # Errors
/// When the database fails.
pub async fn by_email(db: impl PgExecutor<'_>, issuer: &str, email: &str) -> sqlx::Result<Option<Known>> {
    sqlx::query_as!(
        Known,
        r#"select t.technician_id as "technician_id: TechnicianId",
                  t.name as "name: Line",
                  t.disabled_at is not null as "is_disabled!",
                  exists (
                      select
                      from provider_identities p
                      where p.technician_id = t.technician_id
                        and p.issuer = $1
                  ) as "is_linked!"
           from technicians t
           where lower(t.email) = lower($2)"#,
        issuer,
        email,
    )
    .fetch_optional(db)
    .await
}

/// From now on this subject of this provider is this technician. Says whether it is: neither may belong to another already.
///
/// # Errors
/// When the database fails.
pub async fn link(
    db: impl PgExecutor<'_>,
    issuer: &str,
    subject: &str,
    technician_id: TechnicianId,
) -> sqlx::Result<bool> {
    let linked = sqlx::query!(
        "insert into provider_identities (issuer, subject, technician_id)
         values ($1, $2, $3)
         on conflict do nothing",
        issuer,
        subject,
        technician_id.uuid(),
    )
    .execute(db)
    .await?;
    Ok(linked.rows_affected() > 0)
}
