//! How devices get in: by enrolment keys, as new assets or as the ones that their machines were before.

mod keys;

use broker_config::{AssetId, CustomerId, EnrolmentKeyId, Line, PolicyId};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::device_credentials::{self, EndReason, NewCredential};

pub use keys::{EnrolmentKey, NewKey, RevokedKey, add as add_key, page as keys_page, revoke as revoke_key};

/// A device that wants in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomer<'a> {
    /// The public half of its key.
    pub public_key: &'a str,
    /// What it calls itself.
    pub name: &'a Line,
    /// The hash of what its hardware says of itself, if it says anything.
    pub machine_hash: Option<[u8; 32]>,
    /// Until when the token is good that it gets if it comes in; for ever when absent.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A device that came in, now or before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// Its asset.
    pub asset_id: AssetId,
    /// How it came to have that.
    pub entry: Entry,
    /// The key by which it came.
    pub enrolment_key_id: EnrolmentKeyId,
    /// The business whose device it is.
    pub customer_id: CustomerId,
}

/// How a device came to have its asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// The asset was made for it.
    New {
        /// Whether its machine is another device, which is connected at this moment: they are copies of one disk.
        is_copy: bool,
    },
    /// The machine had the asset. Whatever credentials it had are not good any more.
    Again,
    /// It was in already, with the same key pair.
    Known,
}

/// Why a device does not get in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryRefusal {
    /// There is no such key.
    NoSuchKey,
    /// The key has been revoked.
    KeyRevoked,
    /// The key has expired.
    KeyExpired,
    /// The key has let in as many as it was made for.
    KeyUsedUp,
    /// The device's own key pair has been revoked.
    DeviceRevoked,
    /// The machine is an asset already, and the key lets in new ones alone.
    MachineKnown,
}

/// A key, as whoever shows it finds it.
#[expect(clippy::struct_excessive_bools, reason = "each is a column of the row, apart from the others")]
struct Shown {
    enrolment_key_id: EnrolmentKeyId,
    customer_id: CustomerId,
    policy_id: Option<PolicyId>,
    lets_in_again: bool,
    is_revoked: bool,
    is_expired: bool,
    is_used_up: bool,
}

/// Lets a device in: spends one use of the key, finds or makes the asset, and records the public key. A public key that is
/// in already gets its asset and spends nothing.
///
/// A machine that is an asset of the customer already becomes that asset again, and the credentials it had end. If that asset
/// is connected at this moment, both are alive and one is a copy of the other: then the newcomer is an asset of its own.
///
/// Call it in a transaction, and commit that when it is `Ok`; else roll it back.
///
/// # Errors
/// When the database fails. The constraints `device_credentials_pkey` and `assets_by_machine` say that the same device came in
/// at the same moment by another key: try again.
pub async fn enrol(
    db: &mut PgConnection,
    key_hash: &[u8; 32],
    newcomer: &Newcomer<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<Result<Enrolled, EntryRefusal>> {
    let Some(key) = shown(db, key_hash, now).await? else { return Ok(Err(EntryRefusal::NoSuchKey)) };
    if key.is_revoked {
        return Ok(Err(EntryRefusal::KeyRevoked));
    }
    let enrolled = |asset_id, entry| {
        Ok(Ok(Enrolled { asset_id, entry, enrolment_key_id: key.enrolment_key_id, customer_id: key.customer_id }))
    };

    if let Some(known) = device_credentials::one(&mut *db, newcomer.public_key).await? {
        if known.revoked_at.is_some_and(|at| at <= now) {
            return Ok(Err(EntryRefusal::DeviceRevoked));
        }
        device_credentials::prolong(&mut *db, newcomer.public_key, newcomer.expires_at).await?;
        return enrolled(known.asset_id, Entry::Known);
    }
    if key.is_expired {
        return Ok(Err(EntryRefusal::KeyExpired));
    }
    if key.is_used_up {
        return Ok(Err(EntryRefusal::KeyUsedUp));
    }

    let had = match newcomer.machine_hash {
        Some(machine_hash) => machine(&mut *db, key.customer_id, &machine_hash).await?,
        None => None,
    };
    let (asset_id, entry) = match had {
        Some(_) if !key.lets_in_again => return Ok(Err(EntryRefusal::MachineKnown)),
        Some(Machine { asset_id, is_connected: false }) => {
            device_credentials::end_all(&mut *db, asset_id, EndReason::EnrolledAgain, None, now).await?;
            (asset_id, Entry::Again)
        }
        alive => {
            let is_copy = alive.is_some();
            let machine_hash = newcomer.machine_hash.filter(|_| !is_copy);
            (add_asset(&mut *db, &key, newcomer.name, machine_hash).await?, Entry::New { is_copy })
        }
    };
    spend(&mut *db, key.enrolment_key_id).await?;
    let credential = NewCredential {
        public_key: newcomer.public_key,
        asset_id,
        enrolment_key_id: Some(key.enrolment_key_id),
        replaces: None,
        expires_at: newcomer.expires_at,
    };
    device_credentials::add(&mut *db, &credential, now).await?;
    enrolled(asset_id, entry)
}

async fn shown(db: &mut PgConnection, key_hash: &[u8; 32], now: DateTime<Utc>) -> sqlx::Result<Option<Shown>> {
    // The lock makes devices with the same key come in one after the other.
    sqlx::query_as!(
        Shown,
        r#"select enrolment_key_id as "enrolment_key_id: EnrolmentKeyId",
                  customer_id as "customer_id: CustomerId",
                  policy_id as "policy_id: PolicyId",
                  lets_in_again,
                  revoked_at is not null as "is_revoked!",
                  coalesce(expires_at <= $2, false) as "is_expired!",
                  coalesce(used >= uses, false) as "is_used_up!"
           from enrolment_keys
           where key_hash = $1
           for update"#,
        key_hash.as_slice(),
        now,
    )
    .fetch_optional(db)
    .await
}

/// An asset that a machine is.
struct Machine {
    asset_id: AssetId,
    is_connected: bool,
}

async fn machine(
    db: impl PgExecutor<'_>,
    customer_id: CustomerId,
    machine_hash: &[u8; 32],
) -> sqlx::Result<Option<Machine>> {
    sqlx::query_as!(
        Machine,
        r#"select a.asset_id as "asset_id: AssetId",
                  exists (
                      select
                      from device_connections d
                      where d.asset_id = a.asset_id
                        and d.is_open
                  ) as "is_connected!"
           from assets a
           where a.customer_id = $1
             and a.machine_hash = $2
           for update"#,
        customer_id.uuid(),
        machine_hash.as_slice(),
    )
    .fetch_optional(db)
    .await
}

async fn add_asset(
    db: impl PgExecutor<'_>,
    key: &Shown,
    name: &Line,
    machine_hash: Option<[u8; 32]>,
) -> sqlx::Result<AssetId> {
    let asset_id = AssetId::new();
    sqlx::query!(
        "insert into assets (asset_id, customer_id, policy_id, name, machine_hash)
         values ($1, $2, $3, $4, $5)",
        asset_id.uuid(),
        key.customer_id.uuid(),
        key.policy_id.map(PolicyId::uuid),
        &**name,
        machine_hash.as_ref().map(<[u8; 32]>::as_slice),
    )
    .execute(db)
    .await?;
    Ok(asset_id)
}

async fn spend(db: impl PgExecutor<'_>, enrolment_key_id: EnrolmentKeyId) -> sqlx::Result<()> {
    sqlx::query!(
        "update enrolment_keys
         set used = used + 1
         where enrolment_key_id = $1",
        enrolment_key_id.uuid(),
    )
    .execute(db)
    .await?;
    Ok(())
}
