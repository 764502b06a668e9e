//! The users of the web front.

mod change;

use broker_config::{Line, SecurityGroupId, TechnicianId};
use sqlx::PgExecutor;

use crate::rights::{Right, Rights};

pub use change::{Changed, TechnicianChange, change};

/// A technician, as other technicians see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Technician {
    /// Who.
    pub technician_id: TechnicianId,
    /// Their name.
    pub name: Line,
    /// The address that they sign in with.
    pub email: Line,
    /// The groups that they belong to, by name.
    pub groups: Vec<SecurityGroupId>,
    /// What these let them do.
    pub rights: Rights,
    /// Whether they may no longer sign in.
    pub is_disabled: bool,
}

/// What it takes to check a password.
#[derive(Debug)]
pub struct Credentials {
    /// Whose.
    pub technician_id: TechnicianId,
    /// The hash, in PHC form. Nobody who came by way of a provider has one before they take a password.
    pub password_hash: Option<String>,
    /// Whether they may no longer sign in.
    pub is_disabled: bool,
}

/// Every technician, by name.
///
/// # Errors
/// When the database fails.
pub async fn all(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Technician>> {
    list(db, None).await
}

/// A technician, disabled or not.
///
/// # Errors
/// When the database fails.
pub async fn one(db: impl PgExecutor<'_>, technician_id: TechnicianId) -> sqlx::Result<Option<Technician>> {
    Ok(list(db, Some(technician_id)).await?.pop())
}

async fn list(db: impl PgExecutor<'_>, only: Option<TechnicianId>) -> sqlx::Result<Vec<Technician>> {
    sqlx::query_as!(
        Technician,
        r#"select technician_id as "technician_id: TechnicianId",
                  name as "name: Line",
                  email as "email: Line",
                  array(
                      select g.security_group_id
                      from security_group_members m
                      join security_groups g using (security_group_id)
                      where m.technician_id = t.technician_id
                      order by lower(g.name)
                  ) as "groups!: Vec<SecurityGroupId>",
                  rights_of(technician_id) as "rights!: Vec<String>",
                  disabled_at is not null as "is_disabled!"
           from technicians t
           where $1::uuid is null
              or technician_id = $1
           order by lower(name), technician_id"#,
        only.map(TechnicianId::uuid),
    )
    .fetch_all(db)
    .await
}

/// Whether each of these is a technician, disabled or not.
///
/// # Errors
/// When the database fails.
pub async fn are_known(db: impl PgExecutor<'_>, technician_ids: &[TechnicianId]) -> sqlx::Result<bool> {
    let technician_ids: Vec<_> = technician_ids.iter().map(|technician_id| technician_id.uuid()).collect();
    sqlx::query_scalar!(
        r#"select not exists (
               select
               from unnest($1::uuid[]) as asked (technician_id)
               left join technicians t using (technician_id)
               where t.name is null
           ) as "are_known!""#,
        &technician_ids,
    )
    .fetch_one(db)
    .await
}

/// Whether this is a technician who has not been disabled.
///
/// # Errors
/// When the database fails.
pub async fn is_active(db: impl PgExecutor<'_>, technician_id: TechnicianId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (
               select from technicians
               where technician_id = $1
                 and disabled_at is null
           ) as "is_active!""#,
        technician_id.uuid(),
    )
    .fetch_one(db)
    .await
}

/// The credentials of whoever signs in with `email`, in any case.
///
/// # Errors
/// When the database fails.
pub async fn credentials(db: impl PgExecutor<'_>, email: &str) -> sqlx::Result<Option<Credentials>> {
    sqlx::query_as!(
        Credentials,
        r#"select technician_id as "technician_id: TechnicianId",
                  password_hash,
                  disabled_at is not null as "is_disabled!"
           from technicians
           where lower(email) = lower($1)"#,
        email,
    )
    .fetch_optional(db)
    .await
}

/// A technician who sees and answers chats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatTechnician {
    /// Who.
    pub technician_id: TechnicianId,
    /// Their name.
    pub name: Line,
    /// The address that they sign in with.
    pub email: Line,
}

/// Everybody who sees and answers chats: has the right, and is not disabled. By name.
///
/// # Errors
/// When the database fails.
pub async fn for_chat(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<ChatTechnician>> {
    sqlx::query_as!(
        ChatTechnician,
        r#"select technician_id as "technician_id: TechnicianId",
                  name as "name: Line",
                  email as "email: Line"
           from technicians
           where may(technician_id, $1)
           order by lower(name), technician_id"#,
        Right::UseChat.name(),
    )
    .fetch_all(db)
    .await
}

/// The name of a technician who may have chats: `None` when they are unknown, disabled, or have no right to chat.
///
/// # Errors
/// When the database fails.
pub async fn chat_name(db: impl PgExecutor<'_>, technician_id: TechnicianId) -> sqlx::Result<Option<Line>> {
    sqlx::query_scalar!(
        r#"select name as "name: Line"
           from technicians
           where technician_id = $1
             and may(technician_id, $2)"#,
        technician_id.uuid(),
        Right::UseChat.name(),
    )
    .fetch_optional(db)
    .await
}

/// Gives a technician another password.
///
/// # Errors
/// When the database fails.
pub async fn set_password(
    db: impl PgExecutor<'_>,
    technician_id: TechnicianId,
    password_hash: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update technicians
         set password_hash = $2
         where technician_id = $1",
        technician_id.uuid(),
        password_hash,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Adds a technician to these groups. `None` when somebody has the address already.
///
/// # Errors
/// When the database fails. The constraint `security_group_members_security_group_id_fkey` says that there is no such group.
pub async fn add(
    db: impl PgExecutor<'_>,
    name: &Line,
    email: &Line,
    password_hash: &str,
    groups: &[SecurityGroupId],
) -> sqlx::Result<Option<TechnicianId>> {
    add_anybody(db, name, email, Some(password_hash), groups).await
}

/// Adds a technician without a password, who comes by way of a provider. `None` when somebody has the address already.
///
/// # Errors
/// When the database fails. The constraint `security_group_members_security_group_id_fkey` says that there is no such group.
pub async fn add_without_password(
    db: impl PgExecutor<'_>,
    name: &Line,
    email: &Line,
    groups: &[SecurityGroupId],
) -> sqlx::Result<Option<TechnicianId>> {
    add_anybody(db, name, email, None, groups).await
}

async fn add_anybody(
    db: impl PgExecutor<'_>,
    name: &Line,
    email: &Line,
    password_hash: Option<&str>,
    groups: &[SecurityGroupId],
) -> sqlx::Result<Option<TechnicianId>> {
    let groups: Vec<_> = groups.iter().map(|group| group.uuid()).collect();
    sqlx::query_scalar!(
        r#"with added as (
               insert into technicians (technician_id, name, email, password_hash)
               values ($1, $2, $3, $4)
               on conflict do nothing
               returning technician_id
           ), placed as (
               insert into security_group_members (security_group_id, technician_id)
               select distinct asked.security_group_id, added.technician_id
               from added
               cross join unnest($5::uuid[]) as asked (security_group_id)
           )
           select technician_id as "technician_id: TechnicianId"
           from added"#,
        TechnicianId::new().uuid(),
        &**name,
        &**email,
        password_hash,
        &groups,
    )
    .fetch_optional(db)
    .await
}
