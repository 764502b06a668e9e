//! Setting up a new installation: the codes that let somebody become its first administrator.

use broker_config::{Line, TechnicianId};
use sqlx::{PgConnection, PgExecutor};

use crate::security_groups::ADMINISTRATORS;

/// Who becomes the first administrator.
#[derive(Debug)]
pub struct FirstAdmin<'a> {
    /// Their name.
    pub name: &'a Line,
    /// The address that they sign in with.
    pub email: &'a Line,
    /// The hash of their password, in PHC form.
    pub password_hash: &'a str,
}

/// What became of setting up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetUp {
    /// The installation has its first administrator.
    Done(TechnicianId),
    /// There is no such code.
    WrongCode,
    /// There is a technician already.
    AlreadyDone,
}

/// Whether nobody can sign in, because there is no technician.
///
/// # Errors
/// When the database fails.
pub async fn is_needed(db: impl PgExecutor<'_>) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"select not exists (select from technicians) as "is_needed!""#).fetch_one(db).await
}

/// Adds a code. Says whether it is good for anything: with a technician it is not, and is not kept.
///
/// # Errors
/// When the database fails.
pub async fn add_code(db: impl PgExecutor<'_>, code_hash: &[u8; 32]) -> sqlx::Result<bool> {
    let added = sqlx::query!(
        "insert into setup_codes (code_hash)
         select $1
         where not exists (select from technicians)",
        code_hash.as_slice(),
    )
    .execute(db)
    .await?;
    Ok(added.rows_affected() > 0)
}

/// Makes somebody with a code the first administrator, and all codes good for nothing. The caller commits, and only what is
/// [`SetUp::Done`].
///
/// # Errors
/// When the database fails.
pub async fn set_up(db: &mut PgConnection, code_hash: &[u8; 32], admin: &FirstAdmin<'_>) -> sqlx::Result<SetUp> {
    // Two who do it at the same moment come one after the other, and neither waits in the middle.
    sqlx::query!("lock table setup_codes in exclusive mode").execute(&mut *db).await?;
    if !is_needed(&mut *db).await? {
        return Ok(SetUp::AlreadyDone);
    }
    let known = sqlx::query_scalar!(
        r#"select exists (
               select from setup_codes
               where code_hash = $1
           ) as "is_known!""#,
        code_hash.as_slice(),
    )
    .fetch_one(&mut *db)
    .await?;
    if !known {
        return Ok(SetUp::WrongCode);
    }
    sqlx::query!("delete from setup_codes").execute(&mut *db).await?;
    let FirstAdmin { name, email, password_hash } = admin;
    let added = crate::technicians::add(db, name, email, password_hash, &[ADMINISTRATORS.into()]).await?;
    Ok(added.map_or(SetUp::AlreadyDone, SetUp::Done))
}
