//! Devices: bare connections with real credentials and the subscriptions of an agent.

use std::time::Instant;

use async_nats::{Client, ConnectOptions, Message, Subscriber};
use broker_config::{AssetId, ChatId, Receipts, subject};
use futures::stream::{SelectAll, StreamExt};
use nkeys::KeyPair;
use serde::Deserialize;

use super::installation::Installation;
use super::messages::{Heard, Identified, Outgoing};
use crate::TestDevice;

/// How many devices connect at once.
const CONNECTING: usize = 32;

/// How much a device's connection may hold; the default is made for one busy connection, not for thousands of idle ones.
const DEVICE_CAPACITY: usize = 64;

/// Connected devices.
pub(super) struct Fleet {
    pub(super) devices: Vec<Device>,
    pub(super) heard: FleetHeard,
}

/// One device, and the chat that it has open.
pub(super) struct Device {
    pub(super) asset_id: AssetId,
    pub(super) chat_id: ChatId,
    pub(super) client: Client,
}

/// What devices hear of what they sent.
#[derive(Clone, Default)]
pub(super) struct FleetHeard {
    /// The broker's acknowledgements.
    pub(super) acknowledged: Heard,
    /// The republished facts.
    pub(super) fed: Heard,
    /// The receipts: it is in Postgres.
    pub(super) stored: Heard,
}

/// The broker's answer to a publish.
#[derive(Deserialize)]
struct Acknowledgement {
    seq: u64,
}

impl Fleet {
    /// Connects the devices of these assets.
    pub(super) async fn connect(installation: &Installation, asset_ids: &[AssetId]) -> Self {
        let heard = FleetHeard::default();
        let connecting = futures::stream::iter(asset_ids).map(|asset_id| connect(installation, *asset_id, &heard));
        let devices = connecting.buffer_unordered(CONNECTING).collect().await;
        Self { devices, heard }
    }

    /// Each device opens its first chat, or leaves the one that it has for a new one.
    pub(super) async fn open_chats(&mut self, installation: &Installation) {
        for device in &mut self.devices {
            let state = installation.log.asset_state(device.asset_id).await.expect("the state");
            let mut state_seq = state.seq;
            if let Some(open) = state.open_chat() {
                state_seq = installation.close_chat(device.asset_id, open, state_seq).await;
            }
            device.chat_id = ChatId::new();
            let bare = TestDevice { asset_id: device.asset_id, client: device.client.clone() };
            let opened = bare.open(device.chat_id, state_seq).await;
            assert!(opened.error.is_none() && opened.seq > 0, "a device could not open a chat: {opened:?}");
        }
    }
}

impl Device {
    /// Sends a message, as an agent does, and does not wait for the broker's answer.
    pub(super) async fn send(&self, outgoing: Outgoing) {
        let reply = format!("{}.{}", subject::inbox_prefix(&self.asset_id.to_string()), outgoing.message_id);
        let headers = outgoing.headers();
        let sent =
            self.client.publish_with_reply_and_headers(outgoing.subject, reply, headers, outgoing.payload.into());
        sent.await.expect("sent");
    }
}

async fn connect(installation: &Installation, asset_id: AssetId, heard: &FleetHeard) -> Device {
    let key = KeyPair::new_user();
    let jwt = installation.device_jwt(asset_id, &key);
    let credentials = broker_config::account::credentials_file(&jwt, &key.seed().expect("a seed"));
    let inbox = subject::inbox_prefix(&asset_id.to_string());
    let client = ConnectOptions::with_credentials(&credentials)
        .expect("credentials")
        .custom_inbox_prefix(&inbox)
        .client_capacity(DEVICE_CAPACITY)
        .subscription_capacity(DEVICE_CAPACITY)
        .connect(&installation.broker_url)
        .await
        .expect("connected");
    let [states, said, reads] = subject::device_feeds(asset_id);
    let subjects = [states, said, reads, subject::live_of(asset_id), subject::config(asset_id), format!("{inbox}.*")];
    let mut subscriptions: SelectAll<Subscriber> = SelectAll::new();
    for subject in subjects {
        subscriptions.push(client.subscribe(subject).await.expect("subscribed"));
    }
    client.flush().await.expect("flushed");
    let heard = heard.clone();
    tokio::spawn(async move {
        while let Some(message) = subscriptions.next().await {
            heard.hear(&message, Instant::now());
        }
    });
    Device { asset_id, chat_id: ChatId::new(), client }
}

impl FleetHeard {
    fn hear(&self, message: &Message, at: Instant) {
        if let Some((_, leaf)) = message.subject.split_once("_INBOX_") {
            // The muxer's own answers come on subjects with more tokens.
            if let Some(Ok(message_id)) = leaf.split('.').nth(1).map(str::parse) {
                let answer: Acknowledgement = serde_json::from_slice(&message.payload).expect("an acknowledgement");
                assert!(answer.seq > 0, "the broker refused a message");
                self.acknowledged.note(message_id, at);
            }
        } else if message.subject.ends_with(".stored") {
            let receipts: Receipts = serde_json::from_slice(&message.payload).expect("receipts");
            for receipt in receipts.messages {
                self.stored.note(receipt.message_id, at);
            }
        } else if let Ok(Identified { message_id }) = serde_json::from_slice(&message.payload) {
            self.fed.note(message_id, at);
        }
    }
}
