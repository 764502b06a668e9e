//! Having the broker refuse devices' credentials before their tokens expire.
//!
//! The token of the devices' account names the public keys that are refused. It is taken as the broker has it, gets another
//! list, is signed again and given back; the broker then ends the live connections of those that are new on the list, keeps it on its disk
//! and hands it to the other servers of its cluster.

use std::collections::BTreeMap;
use std::time::Duration;

use async_nats::Client;
use chrono::{DateTime, TimeDelta, Utc};
use nkeys::KeyPair;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::jwt::{self, JwtError};
use crate::subject;

/// How long the broker may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// What stands for the end of a token that never expires: the last second of the year 9999.
const NEVER: i64 = 253_402_300_799;

/// The public keys that the broker is to refuse. With each, the time up to whose second tokens are refused that were issued for
/// it: that at which the last of them expires, so that no clock can be too far ahead.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusals(BTreeMap<String, i64>);

impl FromIterator<(String, Option<DateTime<Utc>>)> for Refusals {
    fn from_iter<I: IntoIterator<Item = (String, Option<DateTime<Utc>>)>>(keys: I) -> Self {
        Self(keys.into_iter().map(|(key, expires_at)| (key, expires_at.map_or(NEVER, |at| at.timestamp()))).collect())
    }
}

impl Refusals {
    /// The public keys.
    #[must_use]
    pub fn public_keys(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }
}

/// Changes what the broker refuses. Its key can sign any account, so whoever has it can be anybody on the broker.
pub struct Revoker {
    key: KeyPair,
}

impl std::fmt::Debug for Revoker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Revoker(..)")
    }
}

/// An account's token, as far as it matters here: what is not the list stays as it is.
#[derive(Deserialize)]
struct Account {
    iat: i64,
    name: String,
    sub: String,
    nats: Map<String, Value>,
}

/// The broker's answer to another token.
#[derive(Deserialize)]
struct Answer {
    error: Option<AnswerError>,
}

#[derive(Deserialize)]
struct AnswerError {
    description: String,
}

impl Revoker {
    /// From the seed of a signing key of the operator.
    ///
    /// # Errors
    /// When it is not one.
    pub fn new(seed: &str) -> Result<Self, JwtError> {
        Ok(Self { key: KeyPair::from_seed(seed)? })
    }

    /// Sees to it that the broker refuses these and no others. Whether it did not before.
    ///
    /// Two who do this at the same time must not have different lists.
    ///
    /// # Errors
    /// See [`RevocationError`]. The broker then refuses what it did before, or these.
    pub async fn refuse(
        &self,
        client: &Client,
        refusals: &Refusals,
        now: DateTime<Utc>,
    ) -> Result<bool, RevocationError> {
        let token = ask(client, subject::DEVICE_ACCOUNT, String::new()).await?;
        let Some(changed) = self.changed(&token, refusals, now)? else { return Ok(false) };
        let answer = ask(client, subject::ACCOUNT_UPDATE, changed).await?;
        let answer: Answer = serde_json::from_str(&answer).map_err(|_| RevocationError::Unreadable)?;
        match answer.error {
            None => Ok(true),
            Some(AnswerError { description }) => Err(RevocationError::NotTaken { description }),
        }
    }

    /// The account with this list; none when it has it.
    fn changed(
        &self,
        token: &str,
        Refusals(refusals): &Refusals,
        now: DateTime<Utc>,
    ) -> Result<Option<String>, RevocationError> {
        const LIST: &str = "revocations";
        let mut account: Account = jwt::read(token).ok_or(RevocationError::Unreadable)?;
        let had = account.nats.get(LIST).cloned().unwrap_or_else(|| json!({}));
        let wanted = json!(refusals);
        if had == wanted {
            return Ok(None);
        }
        account.nats.insert(LIST.to_owned(), wanted);
        // Servers of a cluster keep the newest.
        let issued_at = DateTime::from_timestamp(account.iat, 0).ok_or(RevocationError::Unreadable)?;
        let issued_at = now.max(issued_at + TimeDelta::seconds(1));
        Ok(Some(jwt::sign(&self.key, &account.sub, &account.name, issued_at, account.nats)?))
    }
}

async fn ask(client: &Client, subject: &'static str, payload: String) -> Result<String, RevocationError> {
    let answer = tokio::time::timeout(PATIENCE, client.request(subject, payload.into())).await;
    let answer =
        answer.map_err(|_| RevocationError::Silent)?.map_err(|error| RevocationError::Request(Box::new(error)))?;
    String::from_utf8(answer.payload.into()).map_err(|_| RevocationError::Unreadable)
}

/// Why the broker does not refuse what it should.
#[derive(Debug, thiserror::Error)]
pub enum RevocationError {
    /// The broker cannot be asked.
    #[error("the broker cannot be asked for the devices' account")]
    Request(#[source] Box<async_nats::RequestError>),
    /// It does not answer: it is away, or does not let this process ask.
    #[error("the broker does not answer; after an upgrade it needs the files of `trayline broker init` and a restart")]
    Silent,
    /// It answered with something else.
    #[error("the broker's answer is not the devices' account")]
    Unreadable,
    /// It does not take the account with another list.
    #[error("the broker does not take the list of revoked devices: {description}")]
    NotTaken {
        /// In the broker's words.
        description: String,
    },
    /// The list cannot be signed.
    #[error(transparent)]
    Key(#[from] JwtError),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BrokerKeys;

    #[test]
    fn an_account_with_another_list_is_the_same_account_otherwise_and_newer() {
        let keys = BrokerKeys::generate().unwrap();
        let made = DateTime::from_timestamp(1_000, 0).unwrap();
        let (_, token) = keys.accounts(made).unwrap().devices;
        let revoker = Revoker::new(keys.revoker_seed()).unwrap();
        let expires = DateTime::from_timestamp(9_000, 0);
        let refusals: Refusals = [("UA".to_owned(), expires), ("UB".to_owned(), None)].into_iter().collect();

        assert_eq!(revoker.changed(&token, &Refusals::default(), made).unwrap(), None);
        let changed = revoker.changed(&token, &refusals, made).unwrap().unwrap();
        assert_eq!(revoker.changed(&changed, &refusals, made).unwrap(), None);

        let (before, after): (Account, Account) = (jwt::read(&token).unwrap(), jwt::read(&changed).unwrap());
        let mut expected = before.nats.clone();
        expected.insert("revocations".to_owned(), json!({ "UA": 9_000, "UB": NEVER }));
        assert_eq!((after.sub, after.name, after.iat, after.nats), (before.sub, before.name, 1_001, expected));
    }
}
