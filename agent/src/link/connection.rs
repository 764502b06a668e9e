//! One connection: how it is made, what it listens to, and how it publishes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_nats::header::{NATS_EXPECTED_LAST_SUBJECT_SEQUENCE, NATS_MESSAGE_ID};
use async_nats::{AuthError, Client, ConnectError, ConnectOptions, Event, HeaderMap, ServerError, Subscriber};
use broker_config::{
    AssetId, ChatId, ChatSubject, EXPECTED_SUBJECT, Fact, LiveLeaf, LiveSubject, Reached, SyncRequest, Typing,
    agent_name, subject,
};
use futures::StreamExt as _;
use futures::stream::SelectAll;
use tokio::sync::mpsc;

use super::tunnel::Tunnel;
use super::ways::in_order;
use super::{Incoming, LinkEvent};
use crate::identity::Identity;

/// How often an idle connection is checked. Seldom: there are many devices, and some run on batteries.
const PING_EVERY: Duration = Duration::from_mins(2);

/// How long making a connection may take.
const CONNECT_PATIENCE: Duration = Duration::from_secs(20);

/// The pause, at most, before the client's own one attempt to connect again. Long enough to spread all devices of a broker that was
/// restarted.
const RECONNECT_PAUSE: Duration = Duration::from_secs(3);

/// How many messages of one subscription may wait for us. Beyond them some are dropped, and a sync fetches them.
const SUBSCRIPTION_CAPACITY: usize = 512;

/// How many publishes may wait for the connection.
const PUBLISH_CAPACITY: usize = 64;

const READ_BUFFER_BYTES: u16 = 8 * 1024;

/// How many of the client's events may wait for us.
const EVENT_CAPACITY: usize = 16;

/// Which question an answer belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Token(pub(super) u64);

/// A connection with its subscriptions.
pub(crate) struct Connection {
    asset_id: AssetId,
    client: Client,
    inbox: String,
    last_token: u64,
    messages: SelectAll<Subscriber>,
    events: mpsc::Receiver<Event>,
    _tunnels: Vec<Tunnel>,
}

/// A message could not be handed to the connection.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PublishError {
    #[error("cannot publish")]
    Client(#[from] async_nats::client::PublishError),
    #[error("cannot be written as JSON")]
    Encode(#[from] serde_json::Error),
}

impl Connection {
    /// Connects and subscribes to all that a device hears.
    pub(crate) async fn open(identity: Identity) -> Result<Self, ConnectError> {
        let asset_id = identity.asset_id;
        let (heard, events) = mpsc::channel(EVENT_CAPACITY);
        let connected = Arc::new(AtomicBool::new(false));
        let mut options = with_credential(&identity)?
            .name(agent_name(env!("CARGO_PKG_VERSION")))
            .custom_inbox_prefix(subject::inbox_prefix(&asset_id.to_string()))
            .ping_interval(PING_EVERY)
            .connection_timeout(CONNECT_PATIENCE)
            .retain_servers_order()
            .max_reconnects(identity.broker_urls.len().max(1))
            .reconnect_delay_callback({
                let connected = Arc::clone(&connected);
                move |_| {
                    if connected.load(Ordering::Relaxed) {
                        RECONNECT_PAUSE.mul_f64(rand::random())
                    } else {
                        Duration::ZERO
                    }
                }
            })
            .subscription_capacity(SUBSCRIPTION_CAPACITY)
            .client_capacity(PUBLISH_CAPACITY)
            .read_buffer_capacity(READ_BUFFER_BYTES)
            .event_callback(move |event| {
                let heard = heard.clone();
                async move {
                    // Nobody listens any more when this connection was given up.
                    _ = heard.send(event).await;
                }
            });
        if let Some(path) = &identity.certificate_authority {
            options = options.add_root_certificates(path.clone());
        }
        let (urls, tunnels) = ways(&identity).await?;
        let client = options.connect(&urls[..]).await?;
        connected.store(true, Ordering::Relaxed);
        let inbox = client.new_inbox();
        let messages = subscribe(&client, asset_id, &inbox).await.map_err(std::io::Error::other)?;
        Ok(Self { asset_id, client, inbox, last_token: 0, messages, events, _tunnels: tunnels })
    }

    /// Waits for the next thing to happen; `None` when the connection has been given up.
    pub(crate) async fn next(&mut self) -> Option<LinkEvent> {
        loop {
            tokio::select! {
                biased;
                event = self.events.recv() => match event? {
                    Event::Connected => return Some(LinkEvent::Connected),
                    Event::Disconnected => return Some(LinkEvent::Disconnected),
                    Event::SlowConsumer(_) | Event::ServerError(ServerError::SlowConsumer(_)) => {
                        return Some(LinkEvent::Gap);
                    }
                    Event::Closed => return None,
                    // Something denied shows itself here alone: what was asked would never be answered.
                    Event::ServerError(error) => tracing::warn!(%error, "the broker refused something"),
                    Event::ClientError(error) => tracing::info!(%error, "connection"),
                    Event::LameDuckMode | Event::Draining => {}
                },
                message = self.messages.next() => {
                    if let Some(incoming) = Incoming::read(self.asset_id, &self.inbox, message?) {
                        return Some(LinkEvent::Heard(incoming));
                    }
                }
            }
        }
    }

    /// Publishes a fact; the broker's acknowledgement comes as [`Incoming::Answer`] to the token.
    pub(crate) async fn append(
        &mut self,
        subject: &ChatSubject,
        fact: &Fact,
        expected_state_seq: Option<u64>,
    ) -> Result<Token, PublishError> {
        let mut headers = HeaderMap::new();
        if let Some(repeat_id) = fact.repeat_id(subject.chat_id) {
            headers.insert(NATS_MESSAGE_ID, repeat_id);
        }
        if let Some(seq) = expected_state_seq {
            headers.insert(NATS_EXPECTED_LAST_SUBJECT_SEQUENCE, seq.to_string());
            headers.insert(EXPECTED_SUBJECT, subject::states_of(self.asset_id));
        }
        let (token, reply) = self.ask();
        let (subject, payload) = (subject.to_string(), fact.encode().into());
        self.client.publish_with_reply_and_headers(subject, reply, headers, payload).await?;
        Ok(token)
    }

    /// Asks for what was missed; the answer comes as [`Incoming::Answer`] to the token.
    pub(crate) async fn sync(&mut self, request: &SyncRequest) -> Result<Token, PublishError> {
        let (token, reply) = self.ask();
        let payload = serde_json::to_vec(request)?.into();
        self.client.publish_with_reply(subject::sync(self.asset_id), reply, payload).await?;
        Ok(token)
    }

    /// Says that the client is typing.
    pub(crate) async fn typing(&self, subject: LiveSubject) -> Result<(), PublishError> {
        let payload = serde_json::to_vec(&Typing { technician_id: None })?.into();
        Ok(self.client.publish(subject.to_string(), payload).await?)
    }

    /// Says how far a chat has come on this device.
    pub(crate) async fn reached(&self, chat_id: ChatId, reached: Reached) -> Result<(), PublishError> {
        let subject = LiveSubject { asset_id: self.asset_id, chat_id, leaf: LiveLeaf::Reached };
        Ok(self.client.publish(subject.to_string(), serde_json::to_vec(&reached)?.into()).await?)
    }

    /// Waits until all that was published has left this machine.
    pub(crate) async fn flush(&self) {
        if let Err(error) = self.client.flush().await {
            tracing::debug!(%error, "not flushed");
        }
    }

    fn ask(&mut self) -> (Token, String) {
        self.last_token += 1;
        (Token(self.last_token), format!("{}.{}", self.inbox, self.last_token))
    }
}

/// The addresses to try, in order, and the tunnels behind some of them.
async fn ways(identity: &Identity) -> std::io::Result<(Vec<String>, Vec<Tunnel>)> {
    let mut urls = in_order(&identity.broker_urls, identity.proxy.is_some());
    let mut tunnels = Vec::new();
    if let Some(proxy) = &identity.proxy {
        for url in &mut urls {
            if let Some(tunnel) = Tunnel::open(proxy, url, identity.certificate_authority.clone()).await? {
                tunnel.near().clone_into(url);
                tunnels.push(tunnel);
            }
        }
    }
    Ok((urls, tunnels))
}

fn with_credential(identity: &Identity) -> Result<ConnectOptions, ConnectError> {
    let key_pair = identity.key_pair().map_err(std::io::Error::other)?;
    let key_pair = Arc::new(key_pair);
    Ok(ConnectOptions::with_jwt(identity.jwt.clone(), move |nonce| {
        let key_pair = Arc::clone(&key_pair);
        async move { key_pair.sign(&nonce).map_err(AuthError::new) }
    }))
}

async fn subscribe(
    client: &Client,
    asset_id: AssetId,
    inbox: &str,
) -> Result<SelectAll<Subscriber>, async_nats::SubscribeError> {
    let mut messages = SelectAll::new();
    let others = [subject::live_of(asset_id), subject::config(asset_id), format!("{inbox}.*")];
    for subject in subject::device_feeds(asset_id).into_iter().chain(others) {
        messages.push(client.subscribe(subject).await?);
    }
    Ok(messages)
}
