//! The broker's accounts: who signs for whom, and the tokens that follow from it.
//!
//! Operator mode: an operator key signs the accounts, accounts sign users. `SYS` is the server's own, `TRAYLINE` holds
//! the streams and our processes, `DEVICES` holds the devices and knows only the subjects that they need. Users are
//! signed by *scoped* keys, which carry the rights, so a user's token holds a name and nothing more.

mod claims;

use chrono::{DateTime, Utc};
use nkeys::{KeyPair, KeyPairType};
use serde::{Deserialize, Serialize};

use crate::jwt::{self, JwtError};
use crate::permission::{self, Role};
use crate::{AssetId, permission::Rights};

use claims::{AccountClaims, OperatorClaims, UserClaims};

/// Every secret of a broker, as seeds. Whoever has it can be anybody; keep it in a file that only the operator reads.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrokerKeys {
    operator: String,
    system: String,
    trayline: String,
    worker: String,
    web: String,
    operations: String,
    devices: String,
    device: String,
    /// A second key of the operator's. Brokers that were made before it was needed get one by [`BrokerKeys::complete`].
    #[serde(default)]
    revoker: String,
}

impl std::fmt::Debug for BrokerKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BrokerKeys(..)")
    }
}

/// The tokens that a server's configuration holds. None of them is a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountTokens {
    /// The operator's JWT.
    pub operator: String,
    /// The public key and the JWT of the server's own account.
    pub system: (String, String),
    /// ... of the account with the streams.
    pub trayline: (String, String),
    /// ... of the devices' account.
    pub devices: (String, String),
}

impl BrokerKeys {
    /// Makes new keys.
    ///
    /// # Errors
    /// When the machine has no randomness.
    pub fn generate() -> Result<Self, JwtError> {
        let account = || KeyPair::new(KeyPairType::Account).seed();
        Ok(Self {
            operator: KeyPair::new(KeyPairType::Operator).seed()?,
            system: account()?,
            trayline: account()?,
            worker: account()?,
            web: account()?,
            operations: account()?,
            devices: account()?,
            device: account()?,
            revoker: KeyPair::new(KeyPairType::Operator).seed()?,
        })
    }

    /// Adds the keys that this version needs and the version that made these did not. Whether some were missing.
    ///
    /// # Errors
    /// When the machine has no randomness.
    pub fn complete(&mut self) -> Result<bool, JwtError> {
        let is_missing = self.revoker.is_empty();
        if is_missing {
            self.revoker = KeyPair::new(KeyPairType::Operator).seed()?;
        }
        Ok(is_missing)
    }

    /// Signs the accounts, with the rights of this version.
    ///
    /// # Errors
    /// When a seed is not one.
    pub fn accounts(&self, issued_at: DateTime<Utc>) -> Result<AccountTokens, JwtError> {
        let operator = KeyPair::from_seed(&self.operator)?;
        let system = public_key(&self.system)?;
        let trayline = public_key(&self.trayline)?;
        let devices = public_key(&self.devices)?;

        let scopes = Role::ALL
            .into_iter()
            .map(|role| Ok((role.name(), public_key(self.role_seed(role))?, role.rights())))
            .collect::<Result<Vec<_>, JwtError>>()?;
        let ours = AccountClaims::with_streams(scopes, &system, &devices);
        let theirs = AccountClaims::for_devices(&trayline, public_key(&self.device)?);

        let operator_key = operator.public_key();
        let operator_claims = OperatorClaims::new(&system, public_key(&self.revoker)?);
        Ok(AccountTokens {
            operator: jwt::sign(&operator, &operator_key, "trayline", issued_at, operator_claims)?,
            system: (system.clone(), jwt::sign(&operator, &system, "SYS", issued_at, AccountClaims::system(&devices))?),
            trayline: (trayline.clone(), jwt::sign(&operator, &trayline, "TRAYLINE", issued_at, ours)?),
            devices: (devices.clone(), jwt::sign(&operator, &devices, "DEVICES", issued_at, theirs)?),
        })
    }

    /// New credentials for a process of ours, in the form of a NATS credentials file. A secret.
    ///
    /// # Errors
    /// When a seed is not one.
    pub fn role_credentials(&self, role: Role, issued_at: DateTime<Utc>) -> Result<String, JwtError> {
        let user = KeyPair::new(KeyPairType::User);
        let signer = KeyPair::from_seed(self.role_seed(role))?;
        let claims = UserClaims::of(&public_key(&self.trayline)?);
        let token = jwt::sign(&signer, &user.public_key(), role.name(), issued_at, claims)?;
        Ok(credentials_file(&token, &user.seed()?))
    }

    /// What the web front needs to admit devices.
    ///
    /// # Errors
    /// When a seed is not one.
    pub fn device_signer(&self) -> Result<DeviceSigner, JwtError> {
        DeviceSigner::new(&self.device, public_key(&self.devices)?)
    }

    /// The seed of the devices' scoped key, for [`DeviceSigner::new`] in another process. A secret.
    #[must_use]
    pub fn device_seed(&self) -> &str {
        &self.device
    }

    /// The seed of the key that revokes devices, for [`Revoker::new`](crate::Revoker::new) in another process. A secret: it
    /// signs accounts.
    #[must_use]
    pub fn revoker_seed(&self) -> &str {
        &self.revoker
    }

    fn role_seed(&self, role: Role) -> &str {
        match role {
            Role::Worker => &self.worker,
            Role::Web => &self.web,
            Role::Operator => &self.operations,
        }
    }
}

/// Signs devices' tokens. It can make a device of any asset, and nothing else.
pub struct DeviceSigner {
    key: KeyPair,
    account: String,
}

impl std::fmt::Debug for DeviceSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeviceSigner").field("account", &self.account).finish_non_exhaustive()
    }
}

impl DeviceSigner {
    /// From the seed of the devices' scoped key and the public key of the devices' account.
    ///
    /// # Errors
    /// When the seed is not one.
    pub fn new(seed: &str, account: String) -> Result<Self, JwtError> {
        Ok(Self { key: KeyPair::from_seed(seed)?, account })
    }

    /// The token with which the holder of `public_key`, a user NKey, is the device of this asset. The token's name goes
    /// into the broker's permissions, so it is made from a typed id and from nothing else. The broker ends the connection when
    /// the token expires, if it does.
    ///
    /// # Errors
    /// [`JwtError::Key`] when `public_key` is not a user's.
    pub fn user_jwt(
        &self,
        asset_id: AssetId,
        public_key: &str,
        issued_at: DateTime<Utc>,
        expires_at: impl Into<Option<DateTime<Utc>>>,
    ) -> Result<String, JwtError> {
        let user = KeyPair::from_public_key(public_key)?;
        if user.key_pair_type() != KeyPairType::User {
            return Err(JwtError::NotAUser);
        }
        let (name, claims) = (asset_id.to_string(), UserClaims::of(&self.account));
        jwt::sign_until(&self.key, &user.public_key(), &name, issued_at, expires_at.into(), claims)
    }

    /// The public key of the devices' account.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }
}

/// A token and its seed as a NATS credentials file.
#[must_use]
pub fn credentials_file(token: &str, seed: &str) -> String {
    format!(
        "-----BEGIN NATS USER JWT-----\n{token}\n------END NATS USER JWT------\n\n\
         -----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n"
    )
}

fn public_key(seed: &str) -> Result<String, JwtError> {
    Ok(KeyPair::from_seed(seed)?.public_key())
}

fn device_scope(key: String) -> (&'static str, String, Rights) {
    ("device", key, permission::device())
}
