//! The audit log: who did what, when and from where. Rows are added and read, and never changed.

mod search;

use std::net::IpAddr;
use std::time::Duration;

use broker_config::{Line, TechnicianId};
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgExecutor;

pub use search::{AuditFilter, page};

/// For how long a repeat counts as the same, where repeats are not noted.
const SAME: Duration = Duration::from_hours(1);

/// Something that somebody did. Neither a message's text, nor a password, nor a token may be part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed<'a> {
    /// What: `thing.done`, such as `chat.closed`. Part of the API, so it never changes.
    pub action: &'a str,
    /// Who did it.
    pub actor: Actor,
    /// From where, when that is known.
    pub address: Option<IpAddr>,
    /// What kind of thing it is about, and its id.
    pub subject: Option<(&'a str, String)>,
    /// What else there is to know, as an object.
    pub details: Value,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A technician, with their name at the time.
    Technician {
        /// Who.
        technician_id: TechnicianId,
        /// Their name.
        name: Line,
    },
    /// Somebody who is not signed in.
    Nobody,
    /// Whoever has a shell where Trayline runs.
    CommandLine,
    /// A device.
    Device,
    /// Trayline itself.
    System,
}

impl Actor {
    fn name(&self) -> &str {
        match self {
            Self::Technician { name, .. } => name,
            Self::Nobody => "nobody",
            Self::CommandLine => "command line",
            Self::Device => "device",
            Self::System => "system",
        }
    }

    fn technician_id(&self) -> Option<TechnicianId> {
        match self {
            Self::Technician { technician_id, .. } => Some(*technician_id),
            _ => None,
        }
    }
}

/// A row of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRow {
    /// Its place in the log.
    pub audit_id: i64,
    /// When, by the database's clock.
    pub at: DateTime<Utc>,
    /// What.
    pub action: String,
    /// Which technician.
    pub technician_id: Option<TechnicianId>,
    /// The name of whoever did it, at the time.
    pub actor: String,
    /// From where.
    pub address: Option<String>,
    /// What kind of thing it is about.
    pub subject_kind: Option<String>,
    /// The id of that.
    pub subject_id: Option<String>,
    /// What else there is to know.
    pub details: Value,
}

/// Notes that something was done.
///
/// # Errors
/// When the database fails.
pub async fn record(db: impl PgExecutor<'_>, deed: &Deed<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into audit_log (action, technician_id, actor, address, subject_kind, subject_id, details)
         values ($1, $2, $3, $4::text::inet, $5, $6, $7)",
        deed.action,
        deed.actor.technician_id().map(TechnicianId::uuid),
        deed.actor.name(),
        deed.address.map(|address| address.to_string()),
        deed.subject.as_ref().map(|(kind, _)| *kind),
        deed.subject.as_ref().map(|(_, id)| id.as_str()),
        deed.details,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes that something was done, unless the same technician did the same to the same thing within the last hour.
///
/// # Errors
/// When the database fails.
pub async fn record_once_an_hour(db: impl PgExecutor<'_>, deed: &Deed<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into audit_log (action, technician_id, actor, address, subject_kind, subject_id, details)
         select $1, $2, $3, $4::text::inet, $5, $6, $7
         where not exists (
             select
             from audit_log
             where action = $1
               and technician_id = $2
               and subject_id = $6
               and at > now() - make_interval(secs => $8)
         )",
        deed.action,
        deed.actor.technician_id().map(TechnicianId::uuid),
        deed.actor.name(),
        deed.address.map(|address| address.to_string()),
        deed.subject.as_ref().map(|(kind, _)| *kind),
        deed.subject.as_ref().map(|(_, id)| id.as_str()),
        deed.details,
        SAME.as_secs_f64(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes that something was done to a thing, unless that is noted already, whoever it was.
///
/// # Errors
/// When the database fails.
pub async fn record_first(db: impl PgExecutor<'_>, deed: &Deed<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into audit_log (action, technician_id, actor, address, subject_kind, subject_id, details)
         select $1, $2, $3, $4::text::inet, $5, $6, $7
         where not exists (
             select
             from audit_log
             where action = $1
               and subject_id = $6
         )",
        deed.action,
        deed.actor.technician_id().map(TechnicianId::uuid),
        deed.actor.name(),
        deed.address.map(|address| address.to_string()),
        deed.subject.as_ref().map(|(kind, _)| *kind),
        deed.subject.as_ref().map(|(_, id)| id.as_str()),
        deed.details,
    )
    .execute(db)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests;
