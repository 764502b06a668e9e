//! `GET /api/v1/audit-log/export`: the audit log as a file.

use axum::BoxError;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures::{Stream, stream};
use serde_json::json;
use sqlx::PgPool;
use store::audit::AuditFilter;

use super::list_audit_log::ListAuditLog;
use crate::extract::Query;
use crate::front::Front;
use crate::may::{May, SeeAuditLog};
use crate::problem::Problem;
use crate::shape::{AuditEntry, ProblemDetails};

/// How many rows are read at a time.
const PAGE_ROWS: i64 = 500;

const HEADERS: [(header::HeaderName, &str); 2] = [
    (header::CONTENT_TYPE, "application/x-ndjson"),
    (header::CONTENT_DISPOSITION, "attachment; filename=\"audit-log.jsonl\""),
];

/// Exports what was done, one JSON object (an `AuditEntry`) per line, the newest first. `limit` and `cursor` do not count. That it
/// was exported is noted in the log.
#[utoipa::path(
    get,
    path = "/api/v1/audit-log/export",
    tag = "audit",
    params(ListAuditLog),
    responses(
        (status = 200, description = "One `AuditEntry` per line.", body = String, content_type = "application/x-ndjson"),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn export_audit_log(
    State(front): State<Front>,
    May { technician, .. }: May<SeeAuditLog>,
    Query(asked): Query<ListAuditLog>,
) -> Result<Response, Problem> {
    let filter = asked.filter()?;
    let exported = technician.does("audit_log.exported", ("technician", technician.technician_id), json!({}));
    store::audit::record(front.db(), &exported).await?;
    Ok((HEADERS, Body::from_stream(lines(front.db().clone(), filter))).into_response())
}

/// The rows, read page by page, so that a long log is never held.
fn lines(db: PgPool, filter: AuditFilter) -> impl Stream<Item = Result<Bytes, BoxError>> {
    stream::try_unfold((db, filter, Some(i64::MAX)), async |(db, filter, before)| {
        let Some(before) = before else { return Ok(None) };
        let rows = store::audit::page(&db, &filter, Some(before), PAGE_ROWS).await?;
        let next = rows.last().map(|row| row.audit_id);
        let mut text = Vec::new();
        for row in rows {
            serde_json::to_writer(&mut text, &AuditEntry::from(row))?;
            text.push(b'\n');
        }
        Ok(Some((Bytes::from(text), (db, filter, next))))
    })
}
