//! Devices' credentials: the public halves of their keys, and how each came and ends.

mod rotation;

use broker_config::{AssetId, EnrolmentKeyId, Line, TechnicianId};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

pub use rotation::{Rotation, RotationAsked, rotate};

/// A credential to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCredential<'a> {
    /// The public half of the device's key.
    pub public_key: &'a str,
    /// Its asset.
    pub asset_id: AssetId,
    /// The key by which the device came.
    pub enrolment_key_id: Option<EnrolmentKeyId>,
    /// The credential in whose place it comes.
    pub replaces: Option<&'a str>,
    /// When its token expires; never when absent.
    pub expires_at: Option<DateTime<Utc>>,
}

/// What is known of a credential when its holder asks for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Its asset.
    pub asset_id: AssetId,
    /// The key by which the device came.
    pub enrolment_key_id: Option<EnrolmentKeyId>,
    /// When its newest token expires; never for those of before tokens expired.
    pub expires_at: Option<DateTime<Utc>>,
    /// From when on it is not good any more. May lie ahead.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Since when its holder is asked to take another one.
    pub rotate_asked_at: Option<DateTime<Utc>>,
    /// The credential that came in its place.
    pub replaced_by: Option<String>,
}

/// Why a credential ends before its token does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    /// A technician revoked it.
    Revoked,
    /// Its holder has taken another one.
    Replaced,
    /// The machine was enrolled again.
    EnrolledAgain,
}

impl EndReason {
    /// Its name in the database and in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Replaced => "replaced",
            Self::EnrolledAgain => "enrolled_again",
        }
    }
}

/// A credential, as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialRow {
    /// When it came.
    pub enrolled_at: DateTime<Utc>,
    /// Whether it came in another one's place, without an enrolment key being shown.
    pub is_rotated: bool,
    /// The enrolment key by which the device came.
    pub enrolment_key_id: Option<EnrolmentKeyId>,
    /// What administrators call that.
    pub enrolment_key_name: Option<String>,
    /// When its token expires.
    pub expires_at: Option<DateTime<Utc>>,
    /// From when on it is not good any more. May lie ahead.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Why: see [`EndReason::name`].
    pub end_reason: Option<String>,
    /// The name of the technician who revoked it.
    pub revoked_by: Option<Line>,
    /// Since when the broker refuses it.
    pub cut_at: Option<DateTime<Utc>>,
    /// Since when its holder is asked to take another one.
    pub rotate_asked_at: Option<DateTime<Utc>>,
}

/// A credential that the broker must refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The public half of its key.
    pub public_key: String,
    /// When its token expires, after which the broker refuses it by itself.
    pub expires_at: Option<DateTime<Utc>>,
}

/// One credential, locked against others who would change it.
///
/// # Errors
/// When the database fails.
pub async fn one(db: impl PgExecutor<'_>, public_key: &str) -> sqlx::Result<Option<Credential>> {
    sqlx::query_as!(
        Credential,
        r#"select asset_id as "asset_id: AssetId",
                  enrolment_key_id as "enrolment_key_id: EnrolmentKeyId",
                  expires_at,
                  revoked_at,
                  rotate_asked_at,
                  (select later.public_key
                   from device_credentials later
                   where later.replaces = c.public_key) as replaced_by
           from device_credentials c
           where public_key = $1
           for update"#,
        public_key,
    )
    .fetch_optional(db)
    .await
}

/// Keeps a new credential.
///
/// # Errors
/// When the database fails. The constraint `device_credentials_pkey` says that it is known.
pub async fn add(db: impl PgExecutor<'_>, new: &NewCredential<'_>, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into device_credentials
             (public_key, asset_id, enrolment_key_id, enrolled_at, expires_at, replaces)
         values ($1, $2, $3, $4, $5, $6)",
        new.public_key,
        new.asset_id.uuid(),
        new.enrolment_key_id.map(EnrolmentKeyId::uuid),
        now,
        new.expires_at,
        new.replaces,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Another token was signed for a credential, which is good until then, or for ever.
///
/// # Errors
/// When the database fails.
pub async fn prolong(db: impl PgExecutor<'_>, public_key: &str, expires_at: Option<DateTime<Utc>>) -> sqlx::Result<()> {
    sqlx::query!(
        "update device_credentials
         set expires_at = case when $2::timestamptz is not null then greatest(expires_at, $2) end
         where public_key = $1
           and expires_at is not null",
        public_key,
        expires_at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ends every credential of an asset from `at` on that does not end sooner. How many.
///
/// # Errors
/// When the database fails.
pub async fn end_all(
    db: impl PgExecutor<'_>,
    asset_id: AssetId,
    reason: EndReason,
    by: Option<TechnicianId>,
    at: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let ended = sqlx::query!(
        "update device_credentials
         set revoked_at = $4,
             revoked_by = $3,
             end_reason = $2
         where asset_id = $1
           and (revoked_at is null or revoked_at > $4)",
        asset_id.uuid(),
        reason.name(),
        by.map(TechnicianId::uuid),
        at,
    )
    .execute(db)
    .await?;
    Ok(ended.rows_affected())
}

/// Asks the holders of an asset's credentials to take others. How many are good and are asked.
///
/// # Errors
/// When the database fails.
pub async fn ask_rotation(db: impl PgExecutor<'_>, asset_id: AssetId, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let asked = sqlx::query!(
        "update device_credentials
         set rotate_asked_at = coalesce(rotate_asked_at, $2)
         where asset_id = $1
           and revoked_at is null",
        asset_id.uuid(),
        now,
    )
    .execute(db)
    .await?;
    Ok(asked.rows_affected())
}

/// The last `limit` credentials of an asset, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn of_asset(db: impl PgExecutor<'_>, asset_id: AssetId, limit: i64) -> sqlx::Result<Vec<CredentialRow>> {
    sqlx::query_as!(
        CredentialRow,
        r#"select c.enrolled_at,
                  c.replaces is not null as "is_rotated!",
                  c.enrolment_key_id as "enrolment_key_id: EnrolmentKeyId",
                  k.name as "enrolment_key_name?",
                  c.expires_at,
                  c.revoked_at,
                  c.end_reason,
                  t.name as "revoked_by?: Line",
                  c.cut_at,
                  c.rotate_asked_at
           from device_credentials c
           left join enrolment_keys k on k.enrolment_key_id = c.enrolment_key_id
           left join technicians t on t.technician_id = c.revoked_by
           where c.asset_id = $1
           order by c.enrolled_at desc, c.public_key
           limit $2"#,
        asset_id.uuid(),
        limit,
    )
    .fetch_all(db)
    .await
}

/// The advisory lock of whoever tells the broker what to refuse.
const REFUSALS_LOCK: i64 = 0x7265_6675_7361_6c73;

/// Until the end of the transaction nobody else tells the broker what to refuse, so that an older list never follows a
/// newer one.
///
/// # Errors
/// When the database fails.
pub async fn lock_refusals(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("select pg_advisory_xact_lock($1)", REFUSALS_LOCK).execute(db).await?;
    Ok(())
}

/// Every credential that is not good any more and whose token has not expired, by its public key.
///
/// # Errors
/// When the database fails.
pub async fn refused(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Refused>> {
    sqlx::query_as!(
        Refused,
        "select public_key,
                expires_at
         from device_credentials
         where revoked_at <= now()
           and (expires_at is null or expires_at > now())
         order by public_key",
    )
    .fetch_all(db)
    .await
}

/// The broker refuses these from now on.
///
/// # Errors
/// When the database fails.
pub async fn note_cut(db: impl PgExecutor<'_>, public_keys: &[String]) -> sqlx::Result<u64> {
    let noted = sqlx::query!(
        "update device_credentials
         set cut_at = now()
         where public_key = any($1)
           and cut_at is null",
        public_keys,
    )
    .execute(db)
    .await?;
    Ok(noted.rows_affected())
}
