//! What a device needs to connect.

use broker_config::AssetId;
use chrono::{DateTime, TimeDelta, Utc};
use nkeys::{KeyPair, KeyPairType};
use serde::Serialize;
use utoipa::ToSchema;

use crate::front::Front;
use crate::problem::Problem;

/// How long a token is good. A device asks for another one in the last third of it.
const LIFE: TimeDelta = TimeDelta::days(90);

/// What a device needs to connect.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EnrolledDevice)]
pub(crate) struct DeviceToken {
    /// Its asset.
    asset_id: AssetId,
    /// The token with which the broker knows it.
    jwt: String,
    /// Until when the broker takes that; for ever when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<DateTime<Utc>>,
    /// The broker's addresses.
    broker_urls: Vec<String>,
}

impl DeviceToken {
    /// When a token expires that is made now.
    pub(crate) fn expires_at(front: &Front) -> DateTime<Utc> {
        front.now() + LIFE
    }

    /// Signs one.
    pub(crate) fn sign(
        front: &Front,
        asset_id: AssetId,
        public_key: &str,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<Self, Problem> {
        let jwt = front.signer().user_jwt(asset_id, public_key, front.now(), expires_at).map_err(Problem::internal)?;
        Ok(Self { asset_id, jwt, expires_at, broker_urls: front.settings().broker_urls.clone() })
    }
}

/// Refuses what is not the public half of a device's key.
pub(crate) fn user_key(field: &str, public_key: &str) -> Result<KeyPair, Problem> {
    let key = KeyPair::from_public_key(public_key).ok().filter(|key| key.key_pair_type() == KeyPairType::User);
    key.ok_or_else(|| Problem::Malformed(format!("{field} is not the public half of a user NKey")))
}
