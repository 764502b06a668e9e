//! Groups of technicians, and what their members may do.

mod change;

use broker_config::{Line, SecurityGroupId, TechnicianId};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use crate::rights::{Right, Rights};

pub use change::{GroupChange, GroupChanged, change, remove};

/// The group that may do everything. It cannot be changed but for its members, nor removed.
pub const ADMINISTRATORS: Uuid = Uuid::from_u128(0x7000_8000_0000_0000_0001);

/// The group that new technicians belong to when nothing else is said. It cannot be removed.
pub const TECHNICIANS: Uuid = Uuid::from_u128(0x7000_8000_0000_0000_0002);

/// Held while rights change, so that two who take each other's rights come one after the other.
const CHANGE_OF_RIGHTS: i64 = 0x7269_6768_7473;

/// A group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityGroup {
    /// Which.
    pub security_group_id: SecurityGroupId,
    /// Its name.
    pub name: Line,
    /// What its members may do.
    pub rights: Rights,
    /// Who belongs to it, disabled or not.
    pub members: Vec<TechnicianId>,
}

impl SecurityGroup {
    /// Whether it is part of every installation and stays.
    #[must_use]
    pub fn is_built_in(&self) -> bool {
        [ADMINISTRATORS, TECHNICIANS].contains(&self.security_group_id.uuid())
    }
}

/// Every group, by name.
///
/// # Errors
/// When the database fails.
pub async fn all(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<SecurityGroup>> {
    list(db, None).await
}

/// One group.
///
/// # Errors
/// When the database fails.
pub async fn one(db: impl PgExecutor<'_>, security_group_id: SecurityGroupId) -> sqlx::Result<Option<SecurityGroup>> {
    Ok(list(db, Some(security_group_id)).await?.pop())
}

async fn list(db: impl PgExecutor<'_>, only: Option<SecurityGroupId>) -> sqlx::Result<Vec<SecurityGroup>> {
    let rows = sqlx::query!(
        r#"select g.security_group_id as "security_group_id: SecurityGroupId",
                  g.name as "name: Line",
                  g.rights,
                  array(
                      select m.technician_id
                      from security_group_members m
                      join technicians t using (technician_id)
                      where m.security_group_id = g.security_group_id
                      order by lower(t.name), t.technician_id
                  ) as "members!: Vec<TechnicianId>"
           from security_groups g
           where $1::uuid is null
              or g.security_group_id = $1
           order by lower(g.name)"#,
        only.map(SecurityGroupId::uuid),
    )
    .fetch_all(db)
    .await?;
    let groups = rows.into_iter().map(|row| SecurityGroup {
        security_group_id: row.security_group_id,
        name: row.name,
        rights: row.rights.into(),
        members: row.members,
    });
    Ok(groups.collect())
}

/// Adds a group. Whether its name was free.
///
/// # Errors
/// When the database fails.
pub async fn add(db: &mut PgConnection, group: &SecurityGroup) -> sqlx::Result<bool> {
    let added = sqlx::query!(
        "insert into security_groups (security_group_id, name, rights)
         values ($1, $2, $3)
         on conflict do nothing",
        group.security_group_id.uuid(),
        &*group.name,
        &group.rights.names(),
    )
    .execute(&mut *db)
    .await?;
    if added.rows_affected() == 0 {
        return Ok(false);
    }
    change::set_members(db, group.security_group_id, &group.members).await?;
    Ok(true)
}

/// The group of this name, in any case.
///
/// # Errors
/// When the database fails.
pub async fn by_name(db: impl PgExecutor<'_>, name: &str) -> sqlx::Result<Option<SecurityGroupId>> {
    sqlx::query_scalar!(
        r#"select security_group_id as "security_group_id: SecurityGroupId"
           from security_groups
           where lower(name) = lower($1)"#,
        name,
    )
    .fetch_optional(db)
    .await
}

/// Puts a technician into these groups, and out of all others.
///
/// # Errors
/// When the database fails. The constraint `security_group_members_security_group_id_fkey` says that there is no such group.
pub async fn set_groups_of(
    db: &mut PgConnection,
    technician_id: TechnicianId,
    groups: &[SecurityGroupId],
) -> sqlx::Result<()> {
    let groups: Vec<_> = groups.iter().map(|group| group.uuid()).collect();
    sqlx::query!(
        "delete from security_group_members
         where technician_id = $1
           and security_group_id <> all($2)",
        technician_id.uuid(),
        &groups,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "insert into security_group_members (security_group_id, technician_id)
         select unnest($2::uuid[]), $1
         on conflict do nothing",
        technician_id.uuid(),
        &groups,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Waits until nobody else changes rights, and keeps others waiting until the transaction ends. Whether anybody may manage
/// technicians now.
///
/// # Errors
/// When the database fails.
pub async fn hold_rights(db: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::query!("select pg_advisory_xact_lock($1)", CHANGE_OF_RIGHTS).execute(&mut *db).await?;
    somebody_manages(db).await
}

/// Whether anybody may manage technicians.
///
/// # Errors
/// When the database fails.
pub async fn somebody_manages(db: impl PgExecutor<'_>) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (
               select
               from technicians
               where may(technician_id, $1)
           ) as "somebody!""#,
        Right::ManageTechnicians.name(),
    )
    .fetch_one(db)
    .await
}

#[cfg(test)]
mod tests;
