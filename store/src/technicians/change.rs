//! Changing what a technician is called and may do.

use broker_config::{Line, TechnicianId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Technician;

/// What to change about a technician; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TechnicianChange {
    /// Another name.
    pub name: Option<Line>,
    /// Whether they may change who may sign in and which devices may enrol.
    pub is_admin: Option<bool>,
    /// Whether they see and answer chats.
    pub can_chat: Option<bool>,
    /// Whether they may no longer sign in.
    pub is_disabled: Option<bool>,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// It is made, and this is the technician now.
    Changed(Technician),
    /// It would leave nobody who may change technicians. Nothing may be committed.
    LastAdmin,
    /// There is no such technician.
    NoSuch,
}

/// Changes a technician. One who becomes disabled loses their sessions.
///
/// The caller commits, and only what has been [`Changed::Changed`].
///
/// # Errors
/// When the database fails.
pub async fn change(
    db: &mut PgConnection,
    technician_id: TechnicianId,
    change: &TechnicianChange,
    now: DateTime<Utc>,
) -> sqlx::Result<Changed> {
    // Two administrators who demote each other at the same moment come one after the other.
    let admins = sqlx::query_scalar!(
        r#"select technician_id as "technician_id: TechnicianId"
           from technicians
           where is_admin
             and disabled_at is null
           order by technician_id
           for update"#,
    )
    .fetch_all(&mut *db)
    .await?;
    let changed = sqlx::query_as!(
        Technician,
        r#"update technicians
           set name = coalesce($2, name),
               is_admin = coalesce($3, is_admin),
               can_chat = coalesce($4, can_chat),
               disabled_at = case
                   when $5::boolean is null then disabled_at
                   when $5 then coalesce(disabled_at, $6)
               end
           where technician_id = $1
           returning technician_id as "technician_id: TechnicianId",
                     name as "name: Line",
                     email as "email: Line",
                     is_admin,
                     can_chat,
                     disabled_at is not null as "is_disabled!""#,
        technician_id.uuid(),
        change.name.as_deref(),
        change.is_admin,
        change.can_chat,
        change.is_disabled,
        now,
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(technician) = changed else { return Ok(Changed::NoSuch) };

    let is_admin = technician.is_admin && !technician.is_disabled;
    if admins == [technician_id] && !is_admin {
        return Ok(Changed::LastAdmin);
    }
    if technician.is_disabled {
        sqlx::query!("delete from sessions where technician_id = $1", technician_id.uuid()).execute(db).await?;
    }
    Ok(Changed::Changed(technician))
}
