//! A row of the audit log, as the API shows it.

use broker_config::TechnicianId;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use store::audit::AuditRow;
use utoipa::ToSchema;

/// Something that somebody did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditEntry {
    /// Its place in the log.
    pub audit_id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// What: `thing.done`, such as `chat.closed`.
    pub action: String,
    /// Which technician; null when it was none.
    #[schema(required)]
    pub technician_id: Option<TechnicianId>,
    /// Who: a technician's name at the time, `nobody`, `command line`, `device` or `system`.
    pub actor: String,
    /// From which address, when that is known.
    #[schema(required)]
    pub address: Option<String>,
    /// What kind of thing it is about.
    #[schema(required)]
    pub subject_kind: Option<String>,
    /// The id of that.
    #[schema(required)]
    pub subject_id: Option<String>,
    /// What else there is to know.
    #[schema(value_type = Object)]
    pub details: Value,
}

impl From<AuditRow> for AuditEntry {
    fn from(row: AuditRow) -> Self {
        let AuditRow { audit_id, at, action, technician_id, actor, address, subject_kind, subject_id, details } = row;
        Self { audit_id, at, action, technician_id, actor, address, subject_kind, subject_id, details }
    }
}
