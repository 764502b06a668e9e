//! A user of our account who may do everything: the bare pipeline needs a stream that no role of ours has rights to.

use std::path::Path;

use broker_config::{BrokerKeys, Clock, SystemClock, account};
use data_encoding::BASE64URL_NOPAD;
use nkeys::KeyPair;
use serde_json::{Value, json};

/// The broker's keys, as `trayline broker init` made them.
pub(super) struct Keys {
    pub(super) broker: BrokerKeys,
    account: KeyPair,
}

impl Keys {
    pub(super) fn read(folder: &Path) -> Self {
        let text = std::fs::read_to_string(folder.join("keys.json")).expect("the broker's keys");
        let seeds: Value = serde_json::from_str(&text).expect("JSON");
        let seed = seeds["trayline"].as_str().expect("the account's seed");
        Self { broker: serde_json::from_str(&text).expect("keys"), account: KeyPair::from_seed(seed).expect("a key") }
    }

    /// Credentials without limits: a file's text. Signed by the account itself, so no scope applies.
    pub(super) fn unlimited(&self) -> String {
        let user = KeyPair::new_user();
        let claims = json!({
            "jti": "bench",
            "iat": SystemClock.now().timestamp(),
            "iss": self.account.public_key(),
            "name": "bench",
            "sub": user.public_key(),
            "nats": { "pub": {}, "sub": {}, "subs": -1, "data": -1, "payload": -1, "type": "user", "version": 2 },
        });
        let header = BASE64URL_NOPAD.encode(br#"{"typ":"JWT","alg":"ed25519-nkey"}"#);
        let body = BASE64URL_NOPAD.encode(claims.to_string().as_bytes());
        let unsigned = format!("{header}.{body}");
        let signature = BASE64URL_NOPAD.encode(&self.account.sign(unsigned.as_bytes()).expect("signed"));
        account::credentials_file(&format!("{unsigned}.{signature}"), &user.seed().expect("a seed"))
    }
}
