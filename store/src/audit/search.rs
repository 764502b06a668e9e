//! Reading the audit log.

use broker_config::TechnicianId;
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use super::AuditRow;

/// Which rows of the log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Only what this technician did.
    pub technician_id: Option<TechnicianId>,
    /// Only this action, or every action of a thing, such as `chat`.
    pub action: Option<String>,
    /// Only what is about the thing with this id.
    pub subject_id: Option<String>,
    /// Only with this in the actor's name, the address, the id or the details; in any case.
    pub search: Option<String>,
    /// Only from then on.
    pub from: Option<DateTime<Utc>>,
    /// Only before then.
    pub until: Option<DateTime<Utc>>,
}

/// The rows that pass `filter`, the newest first. `before` is the `audit_id` of the last row of the page before.
///
/// # Errors
/// When the database fails.
pub async fn page(
    db: impl PgExecutor<'_>,
    filter: &AuditFilter,
    before: Option<i64>,
    limit: i64,
) -> sqlx::Result<Vec<AuditRow>> {
    sqlx::query_as!(
        AuditRow,
        r#"select audit_id,
                  at,
                  action,
                  technician_id as "technician_id: TechnicianId",
                  actor,
                  host(address) as address,
                  subject_kind,
                  subject_id,
                  details
           from audit_log
           where ($1::uuid is null or technician_id = $1)
             and ($2::text is null or action = $2 or starts_with(action, $2 || '.'))
             and ($3::text is null or subject_id = $3)
             and ($4::text is null
                  or strpos(lower(actor), lower($4)) > 0
                  or strpos(lower(subject_id), lower($4)) > 0
                  or strpos(host(address), lower($4)) > 0
                  or strpos(lower(details::text), lower($4)) > 0)
             and ($5::timestamptz is null or at >= $5)
             and ($6::timestamptz is null or at < $6)
             and ($7::bigint is null or audit_id < $7)
           order by audit_id desc
           limit $8"#,
        filter.technician_id.map(TechnicianId::uuid),
        filter.action,
        filter.subject_id,
        filter.search,
        filter.from,
        filter.until,
        before,
        limit,
    )
    .fetch_all(db)
    .await
}
