//! The broker's own JWTs: claims signed with an NKey, as nats-server's operator mode reads them (version 2).

use chrono::{DateTime, Utc};
use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use nkeys::KeyPair;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a JWT says, and about whom.
#[derive(Serialize)]
pub(crate) struct Claims<'a, T> {
    /// A hash of the rest, which makes the token unique.
    #[serde(skip_serializing_if = "String::is_empty")]
    jti: String,
    /// Seconds since 1970.
    iat: i64,
    /// Seconds since 1970, after which it is no good.
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    /// The public key of the signer.
    iss: String,
    name: &'a str,
    /// The public key of the one whom it is about.
    sub: &'a str,
    nats: T,
}

/// Signs what `nats` says about `subject`, a public key.
pub(crate) fn sign<T: Serialize>(
    signer: &KeyPair,
    subject: &str,
    name: &str,
    issued_at: DateTime<Utc>,
    nats: T,
) -> Result<String, JwtError> {
    sign_until(signer, subject, name, issued_at, None, nats)
}

/// Signs what is good until then.
pub(crate) fn sign_until<T: Serialize>(
    signer: &KeyPair,
    subject: &str,
    name: &str,
    issued_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    nats: T,
) -> Result<String, JwtError> {
    let mut claims = Claims {
        jti: String::new(),
        iat: issued_at.timestamp(),
        exp: expires_at.map(|at| at.timestamp()),
        iss: signer.public_key(),
        name,
        sub: subject,
        nats,
    };
    claims.jti = BASE32_NOPAD.encode(&Sha256::digest(serde_json::to_vec(&claims)?));

    let header = BASE64URL_NOPAD.encode(br#"{"typ":"JWT","alg":"ed25519-nkey"}"#);
    let body = BASE64URL_NOPAD.encode(&serde_json::to_vec(&claims)?);
    let unsigned = format!("{header}.{body}");
    let signature = BASE64URL_NOPAD.encode(&signer.sign(unsigned.as_bytes())?);
    Ok(format!("{unsigned}.{signature}"))
}

/// The name in a token that the server has accepted. It is not verified here.
pub(crate) fn name_of(token: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        name: String,
    }
    Some(read::<Named>(token)?.name)
}

/// The public key that a token is about. It is not verified here.
#[must_use]
pub fn subject_of(token: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct About {
        sub: String,
    }
    Some(read::<About>(token)?.sub)
}

/// What a token says. It is not verified here.
pub(crate) fn read<T: DeserializeOwned>(token: &str) -> Option<T> {
    let body = BASE64URL_NOPAD.decode(token.split('.').nth(1)?.as_bytes()).ok()?;
    serde_json::from_slice(&body).ok()
}

/// A token could not be made.
#[derive(Debug, thiserror::Error)]
pub enum JwtError {
    /// The key cannot sign, or is not a key.
    #[error("the key cannot sign")]
    Key(#[from] nkeys::error::Error),
    /// The key is a good one, but not a user's.
    #[error("not the public key of a user")]
    NotAUser,
    /// The claims are not JSON.
    #[error("the claims are not JSON")]
    Claims(#[from] serde_json::Error),
}
