//! Changing what a technician is called and may do.

use broker_config::{Line, SecurityGroupId, TechnicianId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Technician;
use crate::security_groups;

/// What to change about a technician; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TechnicianChange {
    /// Another name.
    pub name: Option<Line>,
    /// The groups that they belong to.
    pub groups: Option<Vec<SecurityGroupId>>,
    /// Whether they may no longer sign in.
    pub is_disabled: Option<bool>,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// It is made, and this is the technician now.
    Changed(Technician),
    /// It would leave nobody who may manage technicians. Nothing may be committed.
    LastAdmin,
    /// There is no such technician.
    NoSuch,
}

/// Changes a technician. One who becomes disabled loses their sessions.
///
/// The caller commits, and only what has been [`Changed::Changed`].
///
/// # Errors
/// When the database fails. The constraint `security_group_members_security_group_id_fkey` says that there is no such group.
pub async fn change(
    db: &mut PgConnection,
    technician_id: TechnicianId,
    change: &TechnicianChange,
    now: DateTime<Utc>,
) -> sqlx::Result<Changed> {
    let managed = security_groups::hold_rights(db).await?;
    let changed = sqlx::query!(
        "update technicians
         set name = coalesce($2, name),
             disabled_at = case
                 when $3::boolean is null then disabled_at
                 when $3 then coalesce(disabled_at, $4)
             end
         where technician_id = $1",
        technician_id.uuid(),
        change.name.as_deref(),
        change.is_disabled,
        now,
    )
    .execute(&mut *db)
    .await?;
    if changed.rows_affected() == 0 {
        return Ok(Changed::NoSuch);
    }
    if let Some(groups) = &change.groups {
        security_groups::set_groups_of(db, technician_id, groups).await?;
    }
    if managed && !security_groups::somebody_manages(&mut *db).await? {
        return Ok(Changed::LastAdmin);
    }
    let Some(technician) = super::one(&mut *db, technician_id).await? else { return Ok(Changed::NoSuch) };
    if technician.is_disabled {
        sqlx::query!("delete from sessions where technician_id = $1", technician_id.uuid()).execute(db).await?;
    }
    Ok(Changed::Changed(technician))
}
