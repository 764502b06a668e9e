//! Secrets that the front hands out once and then knows by their hash alone, but for those with which we sign ourselves.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

/// A secret of 256 random bits. It does not print.
pub struct Secret(String);

impl Secret {
    /// What an enrolment key begins with, so that people and scanners recognise one.
    pub const ENROLMENT_KEY_PREFIX: &'static str = "tlk_";

    /// What an API token begins with, so that people and scanners recognise one.
    pub const API_TOKEN_PREFIX: &'static str = "trayline_";

    /// What the key begins with by which a webhook is signed.
    pub const WEBHOOK_PREFIX: &'static str = "whsec_";

    /// Makes a new secret, written after `prefix`.
    #[must_use]
    pub fn new(prefix: &str) -> Self {
        let bytes: [u8; 32] = rand::random();
        Self(format!("{prefix}{}", BASE64URL_NOPAD.encode(&bytes)))
    }

    /// The secret itself, for its holder.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Self::hash_of(&self.0)
    }

    /// What was kept, if `presented` is a secret of ours. The secrets are too long to be guessed, so a fast hash is enough.
    #[must_use]
    pub fn hash_of(presented: &(impl AsRef<[u8]> + ?Sized)) -> [u8; 32] {
        Sha256::digest(presented.as_ref()).into()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}
