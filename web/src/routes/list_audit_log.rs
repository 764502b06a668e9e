//! `GET /api/v1/audit-log`: who did what, when and from where.

use axum::Json;
use axum::extract::State;
use broker_config::TechnicianId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use store::audit::AuditFilter;
use utoipa::{IntoParams, ToSchema};

use crate::cursor;
use crate::extract::Query;
use crate::front::Front;
use crate::may::{May, SeeAuditLog};
use crate::problem::Problem;
use crate::shape::{AuditEntry, ProblemDetails};

/// Which part of the log.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListAuditLog {
    /// Only what this technician did.
    technician_id: Option<TechnicianId>,
    /// Only this action, or every action of a thing, such as `chat`.
    action: Option<String>,
    /// Only what is about the thing with this id.
    subject_id: Option<String>,
    /// Only with this in the name of who did it, the address, the id or the details; in any case.
    search: Option<String>,
    /// Only from then on.
    from: Option<DateTime<Utc>>,
    /// Only before then.
    until: Option<DateTime<Utc>>,
    /// How many at most; 50 when absent, never more than 200.
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A page of the audit log, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditPage {
    /// What was done.
    entries: Vec<AuditEntry>,
    /// Where the next page begins, if there is one.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// Lists what was done.
#[utoipa::path(
    get,
    path = "/api/v1/audit-log",
    tag = "audit",
    params(ListAuditLog),
    responses(
        (status = 200, body = AuditPage),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn list_audit_log(
    State(front): State<Front>,
    _may: May<SeeAuditLog>,
    Query(asked): Query<ListAuditLog>,
) -> Result<Json<AuditPage>, Problem> {
    let before = asked.cursor.as_deref().map(cursor::read::<i64>).transpose()?;
    let limit = cursor::limit(asked.limit);
    let mut rows = store::audit::page(front.db(), &asked.filter()?, before, limit + 1).await?;

    let next_cursor = cursor::cut_at(&mut rows, limit, |row| row.audit_id);
    Ok(Json(AuditPage { entries: rows.into_iter().map(AuditEntry::from).collect(), next_cursor }))
}

impl ListAuditLog {
    pub(super) fn filter(&self) -> Result<AuditFilter, Problem> {
        Ok(AuditFilter {
            technician_id: self.technician_id,
            action: cursor::search(self.action.clone())?,
            subject_id: cursor::search(self.subject_id.clone())?,
            search: cursor::search(self.search.clone())?,
            from: self.from,
            until: self.until,
        })
    }
}
