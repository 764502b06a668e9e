//! Who may publish and subscribe to what, as templates for the broker's scoped signing keys: `{{name()}}` stands for the
//! name in a user's JWT, which for a device is its asset's id and for our own processes their role.

use serde::Serialize;

use crate::{stream, subject};

/// What one kind of user may do. The shape is that of a NATS user's permission limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rights {
    #[serde(rename = "pub")]
    publish: Allowed,
    #[serde(rename = "sub")]
    subscribe: Allowed,
    #[serde(rename = "resp", skip_serializing_if = "Option::is_none")]
    respond: Option<Respond>,
    subs: i64,
    data: i64,
    payload: i64,
    allowed_connection_types: Vec<&'static str>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Allowed {
    allow: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Respond {
    max: i64,
    ttl: i64,
}

/// A process of ours, as the broker knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The workers.
    Worker,
    /// The web front.
    Web,
    /// `trayline broker` and `trayline doctor`: declares and inspects streams and consumers.
    Operator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Worker, Self::Web, Self::Operator];

    /// The role's name: in its JWT, its inbox and the name of its credentials file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Worker => "worker",
            Self::Web => "web",
            Self::Operator => "operator",
        }
    }

    /// What the role may do.
    #[must_use]
    pub fn rights(self) -> Rights {
        match self {
            Self::Worker => worker(),
            Self::Web => web(),
            Self::Operator => operator(),
        }
    }
}

/// The largest payload that a device may publish: a text of 16 KiB whose every byte is escaped in JSON, and its envelope.
pub const DEVICE_PAYLOAD_BYTES: i64 = 128 * 1024;

/// How many subscriptions one device may hold.
const DEVICE_SUBSCRIPTIONS: i64 = 16;

/// How long after a request its answer may be published.
const ANSWER_NANOSECONDS: i64 = 60 * 1_000_000_000;

/// What every device may publish within [`DEVICE_SERVICES`].
const DEVICE_PUBLISHES: [&str; 6] = [
    "chat.{{name()}}.*.state.opened",
    "chat.{{name()}}.*.said.client",
    "chat.{{name()}}.*.read.client",
    "live.{{name()}}.*.typing.client",
    "live.{{name()}}.*.reached",
    "asset.{{name()}}.sync",
];

/// What every device may hear within [`DEVICE_FEEDS`], and its own replies.
const DEVICE_HEARS: [&str; 6] = [
    "feed.chat.{{name()}}.*.state.*",
    "feed.chat.{{name()}}.*.said.*",
    "feed.chat.{{name()}}.*.read.tech.*",
    "live.{{name()}}.>",
    "asset.{{name()}}.config",
    "_INBOX_{{name()}}.>",
];

/// The subjects of our account that the devices' account may publish on.
pub(crate) const DEVICE_SERVICES: [&str; 6] = [
    "chat.*.*.state.opened",
    "chat.*.*.said.client",
    "chat.*.*.read.client",
    "live.*.*.typing.client",
    "live.*.*.reached",
    "asset.*.sync",
];

/// The subjects of our account that reach the devices' account.
pub(crate) const DEVICE_FEEDS: [&str; 6] = [
    "feed.chat.*.*.state.*",
    "feed.chat.*.*.said.*",
    "feed.chat.*.*.read.tech.*",
    "live.*.*.typing.tech",
    "live.*.*.stored",
    "asset.*.config",
];

/// What a device may do: write and hear its own asset's chats, and nothing else.
#[must_use]
pub fn device() -> Rights {
    Rights {
        publish: allow(DEVICE_PUBLISHES),
        subscribe: allow(DEVICE_HEARS),
        respond: None,
        subs: DEVICE_SUBSCRIPTIONS,
        data: -1,
        payload: DEVICE_PAYLOAD_BYTES,
        allowed_connection_types: vec!["STANDARD", "WEBSOCKET"],
    }
}

/// What it takes to watch who is online.
fn presence_watch() -> [String; 2] {
    let presence = stream::PRESENCE;
    [format!("$JS.API.CONSUMER.CREATE.{presence}.>"), format!("$JS.API.CONSUMER.MSG.NEXT.{presence}.*")]
}

fn worker() -> Rights {
    let (chat, timer, dead) = (stream::CHAT, stream::TIMER, stream::DEAD);
    let mut rights = ours([
        "chat.*.*.said.system".to_owned(),
        "chat.*.*.assigned".to_owned(),
        "chat.*.*.state.*".to_owned(),
        "live.*.*.stored".to_owned(),
        "live.*.*.noted".to_owned(),
        "live.tech.*.ping".to_owned(),
        "live.tech.*.notice".to_owned(),
        "asset.*.config".to_owned(),
        subject::DEVICE_CONNECTIONS.to_owned(),
        subject::ALL_CUTS.to_owned(),
        subject::DEVICE_ACCOUNT.to_owned(),
        subject::ACCOUNT_UPDATE.to_owned(),
        subject::ASSET_PRESENCE.to_owned(),
        "timer.*.*".to_owned(),
        "dead.*".to_owned(),
        "$KV.PRESENCE.worker.*.*".to_owned(),
        format!("$JS.API.STREAM.INFO.{timer}"),
        format!("$JS.API.STREAM.MSG.DELETE.{timer}"),
        format!("$JS.API.DIRECT.GET.{timer}.>"),
        format!("$JS.API.CONSUMER.INFO.{timer}.*"),
        format!("$JS.API.CONSUMER.MSG.NEXT.{timer}.*"),
        format!("$JS.ACK.{timer}.>"),
        format!("$JS.API.STREAM.INFO.{chat}"),
        format!("$JS.API.STREAM.PURGE.{chat}"),
        format!("$JS.API.STREAM.MSG.GET.{chat}"),
        format!("$JS.API.DIRECT.GET.{chat}"),
        format!("$JS.API.DIRECT.GET.{chat}.>"),
        format!("$JS.API.CONSUMER.INFO.{chat}.*"),
        format!("$JS.API.CONSUMER.MSG.NEXT.{chat}.*"),
        format!("$JS.ACK.{chat}.>"),
        // What is erased goes from the dead letters, too.
        format!("$JS.API.DIRECT.GET.{dead}"),
        format!("$JS.API.STREAM.MSG.DELETE.{dead}"),
    ]);
    rights.publish.allow.extend(presence_watch());
    let heard = ["asset.*.sync", subject::DEVICE_CONNECTED, subject::DEVICE_DISCONNECTED];
    rights.subscribe.allow.extend(heard.map(ToOwned::to_owned));
    rights.respond = Some(Respond { max: 1, ttl: ANSWER_NANOSECONDS });
    rights
}

fn web() -> Rights {
    let (chat, timer, dead, presence) = (stream::CHAT, stream::TIMER, stream::DEAD, stream::PRESENCE);
    let mut rights = ours([
        "chat.*.*.state.*".to_owned(),
        "chat.*.*.said.tech".to_owned(),
        "chat.*.*.note".to_owned(),
        "chat.*.*.assigned".to_owned(),
        "chat.*.*.read.tech.*".to_owned(),
        "chat.*.*.ticketed".to_owned(),
        "live.*.*.typing.tech".to_owned(),
        "live.tech.*.notice".to_owned(),
        "live.tech.*.rights".to_owned(),
        "asset.*.config".to_owned(),
        format!("$JS.API.STREAM.INFO.{chat}"),
        format!("$JS.API.STREAM.MSG.GET.{chat}"),
        format!("$JS.API.DIRECT.GET.{chat}"),
        format!("$JS.API.DIRECT.GET.{chat}.>"),
        format!("$JS.API.CONSUMER.INFO.{chat}.*"),
        // What administrators are shown of the workers.
        format!("$JS.API.CONSUMER.INFO.{timer}.*"),
        format!("$JS.API.DIRECT.GET.{timer}"),
        format!("$JS.API.DIRECT.GET.{presence}"),
        format!("$JS.API.STREAM.INFO.{dead}"),
        format!("$JS.API.DIRECT.GET.{dead}"),
        format!("$JS.API.CONSUMER.CREATE.{chat}.>"),
        format!("$JS.API.CONSUMER.DELETE.{chat}.*"),
        format!("$JS.API.CONSUMER.MSG.NEXT.{chat}.*"),
        format!("$JS.ACK.{chat}.>"),
    ]);
    rights.publish.allow.extend(presence_watch());
    rights.publish.allow.push("$KV.PRESENCE.tech.*.*".to_owned());
    rights.subscribe.allow.extend(["live.>", subject::ASSET_PRESENCE].map(ToOwned::to_owned));
    rights
}

fn operator() -> Rights {
    // Facts as well: to fill a demo, and to append what an operator must.
    ours(["$JS.API.>".to_owned(), "chat.>".to_owned()])
}

/// Rights of a process of ours: these subjects, and its own inbox.
fn ours<const N: usize>(publish: [String; N]) -> Rights {
    Rights {
        publish: allow(publish),
        subscribe: allow(["_INBOX_{{name()}}.>"]),
        respond: None,
        subs: -1,
        data: -1,
        payload: -1,
        allowed_connection_types: vec!["STANDARD", "WEBSOCKET"],
    }
}

fn allow<S: Into<String>, const N: usize>(subjects: [S; N]) -> Allowed {
    Allowed { allow: subjects.into_iter().map(Into::into).collect() }
}
