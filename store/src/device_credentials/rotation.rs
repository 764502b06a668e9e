//! One credential in another's place.

use broker_config::AssetId;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::{Credential, NewCredential, add, one};

/// How long before its token expires a credential may be replaced without being asked to.
const BEFORE_EXPIRY: TimeDelta = TimeDelta::days(30);

/// For how long the old credential is good beside the new one: agents of other sessions find the new one meanwhile.
const GRACE: TimeDelta = TimeDelta::days(1);

/// The holder of a credential asks for another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RotationAsked<'a> {
    /// The public key of the credential that it has, and has proved to have.
    pub public_key: &'a str,
    /// The public key that shall take its place.
    pub new_public_key: &'a str,
    /// Whether it insists, although nothing is due.
    pub insists: bool,
    /// When the new token expires.
    pub expires_at: DateTime<Utc>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotation {
    /// The new credential is good.
    Done {
        /// Whose it is.
        asset_id: AssetId,
        /// When its token expires.
        expires_at: DateTime<Utc>,
        /// Whether it is good only now.
        is_new: bool,
    },
    /// The one that it has is good for long.
    NotDue,
    /// The one that it has is not good any more, or has been replaced by another one than this.
    Refused,
}

/// What is to be done about a holder's question. Pure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    Replace,
    /// It was answered before, and the answer may not have arrived.
    AnswerAgain,
    NotDue,
    Refuse,
}

fn decide(held: &Credential, asked: &RotationAsked<'_>, now: DateTime<Utc>) -> Decision {
    if let Some(by) = &held.replaced_by {
        return if by == asked.new_public_key { Decision::AnswerAgain } else { Decision::Refuse };
    }
    if held.revoked_at.is_some_and(|at| at <= now) {
        return Decision::Refuse;
    }
    let ends_soon = held.expires_at.is_none_or(|at| at - BEFORE_EXPIRY <= now);
    if asked.insists || held.rotate_asked_at.is_some() || ends_soon { Decision::Replace } else { Decision::NotDue }
}

/// Puts another credential in the place of the one that its holder has, which ends a day later. The same question again is
/// answered in the same way. A token that has expired is no hindrance: the holder may have been switched off for long.
///
/// Call it in a transaction, and commit that.
///
/// # Errors
/// When the database fails. The constraint `device_credentials_pkey` says that the new key is not a new one.
pub async fn rotate(db: &mut PgConnection, asked: &RotationAsked<'_>, now: DateTime<Utc>) -> sqlx::Result<Rotation> {
    let Some(held) = one(&mut *db, asked.public_key).await? else { return Ok(Rotation::Refused) };
    match decide(&held, asked, now) {
        Decision::Refuse => return Ok(Rotation::Refused),
        Decision::NotDue => return Ok(Rotation::NotDue),
        Decision::AnswerAgain => {
            let later = one(&mut *db, asked.new_public_key).await?;
            let good = later.filter(|later| later.revoked_at.is_none_or(|at| at > now));
            return Ok(match good.and_then(|later| Some((later.asset_id, later.expires_at?))) {
                Some((asset_id, expires_at)) => Rotation::Done { asset_id, expires_at, is_new: false },
                None => Rotation::Refused,
            });
        }
        Decision::Replace => {}
    }
    let new = NewCredential {
        public_key: asked.new_public_key,
        asset_id: held.asset_id,
        enrolment_key_id: held.enrolment_key_id,
        replaces: Some(asked.public_key),
        expires_at: Some(asked.expires_at),
    };
    add(&mut *db, &new, now).await?;
    sqlx::query!(
        "update device_credentials
         set revoked_at = $2,
             end_reason = 'replaced'
         where public_key = $1",
        asked.public_key,
        now + GRACE,
    )
    .execute(db)
    .await?;
    Ok(Rotation::Done { asset_id: held.asset_id, expires_at: asked.expires_at, is_new: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_replaced_once_when_it_is_due_and_never_when_it_has_ended() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(365);
        let day = |days: i64| now + TimeDelta::days(days);
        let held = Credential {
            asset_id: AssetId::new(),
            enrolment_key_id: None,
            expires_at: Some(day(31)),
            revoked_at: None,
            rotate_asked_at: None,
            replaced_by: None,
        };
        let replaced = |by: &str| Some(by.to_owned());
        let asked =
            |insists| RotationAsked { public_key: "UOLD", new_public_key: "UNEW", insists, expires_at: day(90) };
        for (held, insists, decision) in [
            (held.clone(), false, Decision::NotDue),
            (held.clone(), true, Decision::Replace),
            (Credential { expires_at: Some(day(30)), ..held.clone() }, false, Decision::Replace),
            (Credential { expires_at: Some(day(-300)), ..held.clone() }, false, Decision::Replace),
            (Credential { expires_at: None, ..held.clone() }, false, Decision::Replace),
            (Credential { rotate_asked_at: Some(day(-1)), ..held.clone() }, false, Decision::Replace),
            (Credential { revoked_at: Some(now), ..held.clone() }, true, Decision::Refuse),
            (
                Credential { revoked_at: Some(day(-1)), replaced_by: replaced("UNEW"), ..held.clone() },
                false,
                Decision::AnswerAgain,
            ),
            (
                Credential { revoked_at: Some(day(1)), replaced_by: replaced("UNEW"), ..held.clone() },
                false,
                Decision::AnswerAgain,
            ),
            (
                Credential { revoked_at: Some(day(1)), replaced_by: replaced("UTHIEF"), ..held.clone() },
                true,
                Decision::Refuse,
            ),
        ] {
            assert_eq!(decide(&held, &asked(insists), now), decision, "{held:?}");
        }
    }
}
