//! Erasures: what is to be forgotten of a person or a business, and how far that is. `web` asks for them, housekeeping does them.

mod chats;
mod names;

use broker_config::{AssetId, ContactId, CustomerId, ErasureId};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

pub use chats::{ChatToErase, LateFacts, chats_left, erase_chats, late_facts, purged};
pub use names::{Names, erase_names};

use crate::data_subjects::DataSubject;

/// What stands in the place of a person's name.
pub const ERASED_CONTACT: &str = "Erased contact";
/// What stands in the place of a business's name.
pub const ERASED_CUSTOMER: &str = "Erased customer";

/// An erasure that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erasure {
    /// Which.
    pub erasure_id: ErasureId,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// When nothing was left to be done for it.
    pub finished_at: Option<DateTime<Utc>>,
    /// How many chats were erased so far.
    pub chats: i64,
}

/// An erasure that is not finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// Which.
    pub erasure_id: ErasureId,
    /// Whose.
    pub subject: DataSubject,
    /// Chats that began after this sequence are not part of it.
    pub upto_seq: i64,
    /// The devices whose chats are.
    pub asset_ids: Vec<AssetId>,
}

/// Asks for an erasure, and takes the name away at once, so that nobody sees it any more; a customer's enrolment keys end. The rest is done
/// by and by. `upto_seq` is the last sequence of the log.
///
/// # Errors
/// When the database fails.
pub async fn request(db: &mut PgConnection, subject: DataSubject, upto_seq: u64) -> sqlx::Result<Erasure> {
    let erasure_id = ErasureId::new();
    let (contact_id, customer_id) = (subject.contact(), subject.customer());
    let requested_at = sqlx::query_scalar!(
        "insert into erasures (erasure_id, contact_id, customer_id, upto_seq)
         values ($1, $2, $3, $4)
         returning requested_at",
        erasure_id.uuid(),
        contact_id,
        customer_id,
        crate::projection::bigint(upto_seq),
    )
    .fetch_one(&mut *db)
    .await?;
    sqlx::query!(
        "insert into erasure_assets (erasure_id, asset_id)
         select $1, asset_id
         from assets
         where contact_id = $2 or customer_id = $3",
        erasure_id.uuid(),
        contact_id,
        customer_id,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "with nobody as (
             update contacts
             set name = $2,
                 email = null,
                 phone = null
             where contact_id = $1
         ), ended as (
             update enrolment_keys
             set revoked_at = coalesce(revoked_at, now()),
                 name = ''
             where customer_id = $3
         )
         update customers
         set name = $4
         where customer_id = $3",
        contact_id,
        ERASED_CONTACT,
        customer_id,
        ERASED_CUSTOMER,
    )
    .execute(&mut *db)
    .await?;
    Ok(Erasure { erasure_id, requested_at, finished_at: None, chats: 0 })
}

/// The last erasure that was asked for, of somebody.
///
/// # Errors
/// When the database fails.
pub async fn last_of(db: impl PgExecutor<'_>, subject: DataSubject) -> sqlx::Result<Option<Erasure>> {
    sqlx::query_as!(
        Erasure,
        r#"select erasure_id as "erasure_id: ErasureId",
                  requested_at,
                  finished_at,
                  chats
           from erasures
           where contact_id = $1 or customer_id = $2
           order by requested_at desc
           limit 1"#,
        subject.contact(),
        subject.customer(),
    )
    .fetch_optional(db)
    .await
}

/// Erasures that are not finished, the first one first, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn unfinished(db: impl PgExecutor<'_>, limit: i64) -> sqlx::Result<Vec<Unfinished>> {
    let rows = sqlx::query!(
        r#"select e.erasure_id as "erasure_id: ErasureId",
                  e.contact_id as "contact_id: ContactId",
                  e.customer_id as "customer_id: CustomerId",
                  e.upto_seq,
                  array(
                      select a.asset_id
                      from erasure_assets a
                      where a.erasure_id = e.erasure_id
                  ) as "asset_ids!: Vec<AssetId>"
           from erasures e
           where e.finished_at is null
           order by e.requested_at, e.erasure_id
           limit $1"#,
        limit,
    )
    .fetch_all(db)
    .await?;
    let unfinished = rows.into_iter().filter_map(|row| {
        let subject = row.contact_id.map(DataSubject::Contact).or(row.customer_id.map(DataSubject::Customer))?;
        let (erasure_id, upto_seq, asset_ids) = (row.erasure_id, row.upto_seq, row.asset_ids);
        Some(Unfinished { erasure_id, subject, upto_seq, asset_ids })
    });
    Ok(unfinished.collect())
}

/// Notes that nothing is left to be done, and how many chats there were. `None` when somebody else has noted it.
///
/// # Errors
/// When the database fails.
pub async fn finish(db: impl PgExecutor<'_>, erasure_id: ErasureId) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!(
        "update erasures
         set finished_at = now()
         where erasure_id = $1
           and finished_at is null
         returning chats",
        erasure_id.uuid(),
    )
    .fetch_optional(db)
    .await
}
