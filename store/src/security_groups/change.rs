//! Changing and removing groups.

use broker_config::{Line, SecurityGroupId, TechnicianId};
use sqlx::PgConnection;

use super::{ADMINISTRATORS, SecurityGroup, hold_rights, one, somebody_manages};
use crate::rights::Rights;

/// What to change about a group; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupChange {
    /// Another name.
    pub name: Option<Line>,
    /// What its members may do.
    pub rights: Option<Rights>,
    /// Who belongs to it.
    pub members: Option<Vec<TechnicianId>>,
}

/// What became of a change. Only what was [`GroupChanged::Changed`] may be committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupChanged {
    /// It is made.
    Changed {
        /// The group before.
        before: SecurityGroup,
        /// The group now; `None` when it was removed.
        now: Option<SecurityGroup>,
    },
    /// Nobody would be left who may manage technicians.
    LastAdmin,
    /// The group is part of every installation, and this about it does not change.
    BuiltIn,
    /// There is no such group.
    NoSuch,
}

impl GroupChanged {
    /// Whose rights may be others now.
    #[must_use]
    pub fn affected(&self) -> Vec<TechnicianId> {
        let Self::Changed { before, now } = self else { return Vec::new() };
        let mut affected = before.members.clone();
        affected.extend(now.iter().flat_map(|now| now.members.iter().copied()));
        affected.sort_unstable();
        affected.dedup();
        affected
    }
}

/// Changes a group.
///
/// # Errors
/// When the database fails. The constraint `security_groups_by_name` says that another group has the name, and
/// `security_group_members_technician_id_fkey` that there is no such technician.
pub async fn change(
    db: &mut PgConnection,
    security_group_id: SecurityGroupId,
    change: &GroupChange,
) -> sqlx::Result<GroupChanged> {
    let managed = hold_rights(db).await?;
    let Some(before) = one(&mut *db, security_group_id).await? else { return Ok(GroupChanged::NoSuch) };
    let is_whole = security_group_id.uuid() == ADMINISTRATORS;
    if is_whole && (change.name.is_some() || change.rights.is_some()) {
        return Ok(GroupChanged::BuiltIn);
    }
    let rights = change.rights.map(Rights::names);
    sqlx::query!(
        "update security_groups
         set name = coalesce($2, name),
             rights = coalesce($3, rights)
         where security_group_id = $1",
        security_group_id.uuid(),
        change.name.as_deref(),
        rights.as_deref(),
    )
    .execute(&mut *db)
    .await?;
    if let Some(members) = &change.members {
        set_members(db, security_group_id, members).await?;
    }
    if managed && !somebody_manages(&mut *db).await? {
        return Ok(GroupChanged::LastAdmin);
    }
    Ok(GroupChanged::Changed { before, now: one(db, security_group_id).await? })
}

/// Removes a group.
///
/// # Errors
/// When the database fails.
pub async fn remove(db: &mut PgConnection, security_group_id: SecurityGroupId) -> sqlx::Result<GroupChanged> {
    let managed = hold_rights(db).await?;
    let Some(before) = one(&mut *db, security_group_id).await? else { return Ok(GroupChanged::NoSuch) };
    if before.is_built_in() {
        return Ok(GroupChanged::BuiltIn);
    }
    sqlx::query!(
        "delete from security_groups
         where security_group_id = $1",
        security_group_id.uuid(),
    )
    .execute(&mut *db)
    .await?;
    if managed && !somebody_manages(db).await? {
        return Ok(GroupChanged::LastAdmin);
    }
    Ok(GroupChanged::Changed { before, now: None })
}

pub(super) async fn set_members(
    db: &mut PgConnection,
    security_group_id: SecurityGroupId,
    members: &[TechnicianId],
) -> sqlx::Result<()> {
    let members: Vec<_> = members.iter().map(|member| member.uuid()).collect();
    sqlx::query!(
        "delete from security_group_members
         where security_group_id = $1
           and technician_id <> all($2)",
        security_group_id.uuid(),
        &members,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "insert into security_group_members (security_group_id, technician_id)
         select $1, unnest($2::uuid[])
         on conflict do nothing",
        security_group_id.uuid(),
        &members,
    )
    .execute(db)
    .await?;
    Ok(())
}
