//! How devices get in: enrolment keys, and the public keys of the devices that came by them.

use broker_config::{AssetId, CustomerId, EnrolmentKeyId, Line, PolicyId};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

/// A new enrolment key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// The business whose devices it is for.
    pub customer_id: CustomerId,
    /// The settings that those devices get.
    pub policy_id: Option<PolicyId>,
    /// For how many devices; any number when absent.
    pub uses: Option<i32>,
    /// Until when; for ever when absent.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A device that came in, now or before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enrolled {
    /// Its asset.
    pub asset_id: AssetId,
    /// Whether this call made it.
    pub is_new: bool,
}

/// Adds an enrolment key, known by its SHA-256 alone.
///
/// # Errors
/// When the database fails. The constraints `enrolment_keys_customer_id_fkey` and `enrolment_keys_policy_id_fkey` say that
/// there is no such customer or policy.
pub async fn add_key(db: impl PgExecutor<'_>, key_hash: &[u8; 32], key: &NewKey) -> sqlx::Result<EnrolmentKeyId> {
    let enrolment_key_id = EnrolmentKeyId::new();
    sqlx::query!(
        "insert into enrolment_keys (enrolment_key_id, key_hash, customer_id, policy_id, uses_left, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
        enrolment_key_id.uuid(),
        key_hash.as_slice(),
        key.customer_id.uuid(),
        key.policy_id.map(PolicyId::uuid),
        key.uses,
        key.expires_at,
    )
    .execute(db)
    .await?;
    Ok(enrolment_key_id)
}

/// Lets a device in: spends one use of the key, makes the asset, and records the public key. A public key that is in
/// already gets its asset and spends nothing. `None` when the key is unknown, revoked, expired or used up, or the public
/// key has been revoked.
///
/// Call it in a transaction, and commit that when it is `Some`; else roll it back.
///
/// # Errors
/// When the database fails. The constraint `device_credentials_pkey` says that the same public key came in by another key
/// at the same moment: try again.
pub async fn enrol(
    db: &mut PgConnection,
    key_hash: &[u8; 32],
    public_key: &str,
    name: &Line,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Enrolled>> {
    // The lock makes devices with the same key come in one after the other.
    let key = sqlx::query!(
        r#"select enrolment_key_id as "enrolment_key_id: EnrolmentKeyId",
                  customer_id as "customer_id: CustomerId",
                  policy_id as "policy_id: PolicyId",
                  (uses_left is null or uses_left > 0) and (expires_at is null or expires_at > $2) as "is_good!"
           from enrolment_keys
           where key_hash = $1
             and revoked_at is null
           for update"#,
        key_hash.as_slice(),
        now,
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(key) = key else { return Ok(None) };

    let known = sqlx::query!(
        r#"select asset_id as "asset_id: AssetId",
                  revoked_at
           from device_credentials
           where public_key = $1"#,
        public_key,
    )
    .fetch_optional(&mut *db)
    .await?;
    if let Some(known) = known {
        let is_good = known.revoked_at.is_none();
        return Ok(is_good.then_some(Enrolled { asset_id: known.asset_id, is_new: false }));
    }
    if !key.is_good {
        return Ok(None);
    }

    let asset_id = AssetId::new();
    sqlx::query!(
        "with spent as (
             update enrolment_keys
             set uses_left = uses_left - 1
             where enrolment_key_id = $1
         ), made as (
             insert into assets (asset_id, customer_id, policy_id, name)
             values ($2, $3, $4, $5)
             returning asset_id
         )
         insert into device_credentials (public_key, asset_id, enrolment_key_id, enrolled_at)
         select $6, asset_id, $1, $7
         from made",
        key.enrolment_key_id.uuid(),
        asset_id.uuid(),
        key.customer_id.uuid(),
        key.policy_id.map(PolicyId::uuid),
        &**name,
        public_key,
        now,
    )
    .execute(&mut *db)
    .await?;
    Ok(Some(Enrolled { asset_id, is_new: true }))
}
