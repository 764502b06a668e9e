//! A device that speaks the broker's protocol itself, so that no client library keeps it from anything.

use broker_config::{AssetId, Clock, SystemClock};
use chrono::TimeDelta;
use data_encoding::BASE64URL_NOPAD;
use nkeys::KeyPair;
use serde_json::{Value, json};
use tests::TestBroker;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// A connection on which the broker has accepted the device.
pub struct RawDevice {
    pub asset_id: AssetId,
    connection: BufReader<TcpStream>,
}

impl RawDevice {
    pub async fn connect(broker: &TestBroker) -> Self {
        let asset_id = AssetId::new();
        let key = KeyPair::new_user();
        let signer = broker.keys().device_signer().unwrap();
        let now = SystemClock.now();
        let jwt = signer.user_jwt(asset_id, &key.public_key(), now, now + TimeDelta::days(1)).unwrap();
        let address = broker.url().strip_prefix("nats://").unwrap().to_owned();
        let mut connection = BufReader::new(TcpStream::connect(address).await.unwrap());
        let mut line = String::new();
        connection.read_line(&mut line).await.unwrap();
        let info: Value = serde_json::from_str(line.strip_prefix("INFO ").unwrap()).unwrap();
        let signature = BASE64URL_NOPAD.encode(&key.sign(info["nonce"].as_str().unwrap().as_bytes()).unwrap());
        let connect = json!({
            "verbose": false, "pedantic": false, "jwt": jwt, "sig": signature, "headers": true, "no_responders": true,
            "protocol": 1, "lang": "none", "version": "0",
        });
        let mut device = Self { asset_id, connection };
        device.send(&format!("CONNECT {connect}\r\nPING\r\n")).await;
        assert_eq!(device.hear_until("PONG").await, Vec::<String>::new());
        device
    }

    pub async fn send(&mut self, words: &str) {
        // The broker may have hung up already: what it said before is read afterwards.
        let _ = self.connection.get_mut().write_all(words.as_bytes()).await;
    }

    /// All that the broker says until a line that begins so, or until it hangs up.
    pub async fn hear_until(&mut self, beginning: &str) -> Vec<String> {
        let mut heard = Vec::new();
        loop {
            let mut line = String::new();
            match self.connection.read_line(&mut line).await {
                Ok(0) | Err(_) => return heard,
                Ok(_) if line.starts_with(beginning) => return heard,
                // What it says of itself once more, to whom it has accepted.
                Ok(_) if line.starts_with("INFO ") => {}
                Ok(_) => heard.push(line.trim_end().to_owned()),
            }
        }
    }

    /// What the broker answers to these words.
    pub async fn say(&mut self, words: &str) -> Vec<String> {
        self.send(&format!("{words}PING\r\n")).await;
        self.hear_until("PONG").await
    }
}
