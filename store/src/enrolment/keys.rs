//! Enrolment keys, as administrators make, see and revoke them.

use broker_config::{CustomerId, EnrolmentKeyId, Line, PolicyId, TechnicianId};
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

/// A new enrolment key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// What administrators call it, if they call it anything.
    pub name: Option<Line>,
    /// The business whose devices it is for.
    pub customer_id: CustomerId,
    /// The settings that those devices get.
    pub policy_id: Option<PolicyId>,
    /// For how many devices; any number when absent.
    pub uses: Option<i32>,
    /// Until when; for ever when absent.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether a machine that is an asset of the customer already may come in again, as that asset.
    pub lets_in_again: bool,
    /// Who makes it; nobody for the command line.
    pub made_by: Option<TechnicianId>,
}

/// An enrolment key. The secret itself is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolmentKey {
    /// Which.
    pub enrolment_key_id: EnrolmentKeyId,
    /// What administrators call it; empty when they do not.
    pub name: String,
    /// The business whose devices it is for.
    pub customer_id: CustomerId,
    /// That business's name.
    pub customer_name: Line,
    /// The settings that those devices get.
    pub policy_id: Option<PolicyId>,
    /// The name of those.
    pub policy_name: Option<Line>,
    /// For how many devices; any number when absent.
    pub uses: Option<i32>,
    /// How many it has let in.
    pub used: i32,
    /// Until when; for ever when absent.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether a machine that is an asset of the customer already may come in again.
    pub lets_in_again: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// The name of the technician who made it.
    pub made_by: Option<Line>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// The name of the technician who revoked it.
    pub revoked_by: Option<Line>,
}

/// Adds an enrolment key, known by its SHA-256 alone.
///
/// # Errors
/// When the database fails. The constraints `enrolment_keys_customer_id_fkey` and `enrolment_keys_policy_id_fkey` say that
/// there is no such customer or policy.
pub async fn add(db: impl PgExecutor<'_>, key_hash: &[u8; 32], key: &NewKey) -> sqlx::Result<EnrolmentKeyId> {
    let enrolment_key_id = EnrolmentKeyId::new();
    sqlx::query!(
        "insert into enrolment_keys
             (enrolment_key_id, key_hash, name, customer_id, policy_id, uses, expires_at, lets_in_again, made_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        enrolment_key_id.uuid(),
        key_hash.as_slice(),
        key.name.as_deref().unwrap_or_default(),
        key.customer_id.uuid(),
        key.policy_id.map(PolicyId::uuid),
        key.uses,
        key.expires_at,
        key.lets_in_again,
        key.made_by.map(TechnicianId::uuid),
    )
    .execute(db)
    .await?;
    Ok(enrolment_key_id)
}

/// At most `limit` keys, the newest first, from after `after` on.
///
/// # Errors
/// When the database fails.
pub async fn page(
    db: impl PgExecutor<'_>,
    customer_id: Option<CustomerId>,
    after: Option<EnrolmentKeyId>,
    limit: i64,
) -> sqlx::Result<Vec<EnrolmentKey>> {
    sqlx::query_as!(
        EnrolmentKey,
        r#"select k.enrolment_key_id as "enrolment_key_id: EnrolmentKeyId",
                  k.name,
                  k.customer_id as "customer_id: CustomerId",
                  c.name as "customer_name: Line",
                  k.policy_id as "policy_id: PolicyId",
                  p.name as "policy_name?: Line",
                  k.uses,
                  k.used,
                  k.expires_at,
                  k.lets_in_again,
                  k.created_at,
                  maker.name as "made_by?: Line",
                  k.revoked_at,
                  revoker.name as "revoked_by?: Line"
           from enrolment_keys k
           join customers c on c.customer_id = k.customer_id
           left join policies p on p.policy_id = k.policy_id
           left join technicians maker on maker.technician_id = k.made_by
           left join technicians revoker on revoker.technician_id = k.revoked_by
           where ($1::uuid is null or k.customer_id = $1)
             and ($2::uuid is null or k.enrolment_key_id < $2)
           order by k.enrolment_key_id desc
           limit $3"#,
        customer_id.map(CustomerId::uuid),
        after.map(EnrolmentKeyId::uuid),
        limit,
    )
    .fetch_all(db)
    .await
}

/// What became of a key that should be revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevokedKey {
    /// It lets nobody in from now on.
    Now,
    /// It was revoked before.
    Before,
}

/// Revokes a key: it lets nobody in any more. `None` when there is no such key.
///
/// # Errors
/// When the database fails.
pub async fn revoke(
    db: impl PgExecutor<'_>,
    enrolment_key_id: EnrolmentKeyId,
    revoked_by: TechnicianId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<RevokedKey>> {
    // The look and the change see the same state of the table: the look still finds the key as it was.
    let found = sqlx::query!(
        r#"with revoked as (
               update enrolment_keys
               set revoked_at = $3,
                   revoked_by = $2
               where enrolment_key_id = $1
                 and revoked_at is null
               returning enrolment_key_id
           )
           select exists (select from revoked) as "is_revoked_now!"
           from enrolment_keys
           where enrolment_key_id = $1"#,
        enrolment_key_id.uuid(),
        revoked_by.uuid(),
        now,
    )
    .fetch_optional(db)
    .await?;
    Ok(found.map(|found| if found.is_revoked_now { RevokedKey::Now } else { RevokedKey::Before }))
}
