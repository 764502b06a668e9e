//! Every subject, built and parsed here and nowhere else.
//!
//! | subject | carries |
//! | --- | --- |
//! | `chat.{asset}.{chat}.{leaf}` | a stored fact, see [`Leaf`] |
//! | `feed.chat.{asset}.{chat}.{leaf}` | the same fact, republished with its sequence once it is stored |
//! | `live.{asset}.{chat}.typing.client`, `.typing.tech` | somebody is typing; not stored |
//! | `live.{asset}.{chat}.reached` | how far what others said has come on the device; not stored |
//! | `live.{asset}.{chat}.stored` | receipts: these messages are in Postgres; not stored |
//! | `live.{asset}.{chat}.noted` | receipts for internal notes, which do not reach devices; not stored |
//! | `live.tech.{technician}.ping`, `.notice`, `.rights` | what one technician is told; not stored |
//! | `$KV.PRESENCE.tech.{technician}.{tab}` | the lease of an open tab, in the bucket `PRESENCE` |
//! | `asset.{asset}.sync` | a device's request for its menu, its open chat and what it missed |
//! | `asset.{asset}.config` | the device's menu changed; not stored |
//! | `devices.connected`, `.disconnected` | the broker's own events about devices' connections |
//! | `devices.connections` | a request to the broker: which connections devices have |
//! | `devices.cut.{server}` | a request to one server: end a device's connection |
//! | `devices.account`, `account.update` | requests to the broker: the devices' account as it is, and as it shall be |
//! | `presence.assets` | assets that have come or gone; not stored |
//! | `timer.{kind}.{chat}` | a timer that runs, held by the broker as a message schedule |
//! | `due.{kind}.{chat}` | a timer whose time has come |
//! | `$KV.PRESENCE.worker.{worker}.{instance}` | the lease of a running instance of a worker |
//! | `dead.{worker}` | what a worker could not handle, with the reason |

mod live;
mod tab;
mod technician;
mod worker;

use std::fmt;
use std::str::FromStr;

use crate::{AssetId, ChatId, TechnicianId, TimerKind};

pub use live::{LiveLeaf, LiveSubject};
pub use tab::TabSubject;
pub use technician::{TechnicianLeaf, TechnicianSubject};
pub use worker::{dead, parse_dead, worker_lease};

/// Every fact of every chat.
pub const ALL_CHATS: &str = "chat.>";
/// Where [`ALL_CHATS`] is republished, once stored.
pub const ALL_CHATS_FEED: &str = "feed.chat.>";
/// Everything that is said live: typing and receipts of every chat, and what technicians are told.
pub const ALL_LIVE: &str = "live.>";
/// A device has connected: what the server's own account says about the devices' account.
pub const DEVICE_CONNECTED: &str = "devices.connected";
/// A device's connection has ended.
pub const DEVICE_DISCONNECTED: &str = "devices.disconnected";
/// Asks every server which connections devices have.
pub const DEVICE_CONNECTIONS: &str = "devices.connections";
/// Every request to end a device's connection.
pub const ALL_CUTS: &str = "devices.cut.*";
/// Asks the broker for the token of the devices' account.
pub const DEVICE_ACCOUNT: &str = "devices.account";
/// Gives the broker another token of an account, signed by a key of the operator.
pub const ACCOUNT_UPDATE: &str = "account.update";
/// Assets that have come or gone.
pub const ASSET_PRESENCE: &str = "presence.assets";
/// Every lease of the bucket `PRESENCE`.
pub const ALL_PRESENCE: &str = "$KV.PRESENCE.>";
/// Every lease of a technician's tab.
pub const ALL_TABS: &str = "$KV.PRESENCE.tech.>";
/// Every device's requests.
pub const ALL_SYNCS: &str = "asset.*.sync";
/// Every chat that begins.
pub const ALL_OPENED: &str = "chat.*.*.state.opened";
/// Every chat that ends.
pub const ALL_CLOSED: &str = "chat.*.*.state.closed";
/// Everything that clients say.
pub const ALL_SAID_BY_CLIENTS: &str = "chat.*.*.said.client";
/// Everything that technicians say.
pub const ALL_SAID_BY_TECHNICIANS: &str = "chat.*.*.said.tech";
/// Every assignment.
pub const ALL_ASSIGNED: &str = "chat.*.*.assigned";
/// Every technician's read marks.
pub const ALL_READ_BY_TECHNICIANS: &str = "chat.*.*.read.tech.*";
/// Every timer that runs.
pub const ALL_TIMERS: &str = "timer.>";
/// Every timer whose time has come.
pub const ALL_DUE: &str = "due.>";
/// Every unavailable timer whose time has come.
pub const ALL_DUE_UNAVAILABLE: &str = "due.unavailable.*";
/// Every waiting timer whose time has come.
pub const ALL_DUE_WAITING: &str = "due.waiting.*";
/// The lease of every instance of every worker.
pub const ALL_WORKER_LEASES: &str = "$KV.PRESENCE.worker.>";
/// Every dead letter.
pub const ALL_DEAD: &str = "dead.>";

/// The subject of a stored fact: whose chat, and what for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChatSubject {
    /// The device.
    pub asset_id: AssetId,
    /// The chat.
    pub chat_id: ChatId,
    /// What the subject is for.
    pub leaf: Leaf,
}

/// What a chat's subject is for, and so who may write to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Leaf {
    /// `state.opened`: agent, web.
    Opened,
    /// `state.closed`: web, housekeeping.
    Closed,
    /// `said.client`: agent.
    SaidClient,
    /// `said.tech`: web.
    SaidTechnician,
    /// `said.system`: workers.
    SaidSystem,
    /// `note`: web. Devices may not read it.
    Note,
    /// `assigned`: assignment, web.
    Assigned,
    /// `read.client`: agent.
    ReadClient,
    /// `read.tech.{technician}`: web.
    ReadTechnician(TechnicianId),
    /// `ticketed`: web.
    Ticketed,
}

impl ChatSubject {
    /// The subject for `leaf` in a chat.
    #[must_use]
    pub fn new(asset_id: AssetId, chat_id: ChatId, leaf: Leaf) -> Self {
        Self { asset_id, chat_id, leaf }
    }

    /// Where the broker republishes facts of this subject.
    #[must_use]
    pub fn feed(&self) -> String {
        format!("feed.{self}")
    }

    /// Reads the subject of a republished fact.
    ///
    /// # Errors
    /// When it is not one.
    pub fn from_feed(subject: &str) -> Result<Self, MalformedSubject> {
        subject.strip_prefix("feed.").ok_or(MalformedSubject)?.parse()
    }
}

impl fmt::Display for ChatSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "chat.{}.{}.", self.asset_id, self.chat_id)?;
        match self.leaf {
            Leaf::Opened => f.write_str("state.opened"),
            Leaf::Closed => f.write_str("state.closed"),
            Leaf::SaidClient => f.write_str("said.client"),
            Leaf::SaidTechnician => f.write_str("said.tech"),
            Leaf::SaidSystem => f.write_str("said.system"),
            Leaf::Note => f.write_str("note"),
            Leaf::Assigned => f.write_str("assigned"),
            Leaf::ReadClient => f.write_str("read.client"),
            Leaf::ReadTechnician(technician_id) => write!(f, "read.tech.{technician_id}"),
            Leaf::Ticketed => f.write_str("ticketed"),
        }
    }
}

impl FromStr for ChatSubject {
    type Err = MalformedSubject;

    fn from_str(subject: &str) -> Result<Self, MalformedSubject> {
        let mut tokens = subject.splitn(4, '.');
        let (Some("chat"), Some(asset), Some(chat), Some(leaf)) =
            (tokens.next(), tokens.next(), tokens.next(), tokens.next())
        else {
            return Err(MalformedSubject);
        };
        Ok(Self {
            asset_id: asset.parse().map_err(|_| MalformedSubject)?,
            chat_id: chat.parse().map_err(|_| MalformedSubject)?,
            leaf: parse_leaf(leaf)?,
        })
    }
}

fn parse_leaf(leaf: &str) -> Result<Leaf, MalformedSubject> {
    Ok(match leaf {
        "state.opened" => Leaf::Opened,
        "state.closed" => Leaf::Closed,
        "said.client" => Leaf::SaidClient,
        "said.tech" => Leaf::SaidTechnician,
        "said.system" => Leaf::SaidSystem,
        "note" => Leaf::Note,
        "assigned" => Leaf::Assigned,
        "read.client" => Leaf::ReadClient,
        "ticketed" => Leaf::Ticketed,
        _ => {
            let technician = leaf.strip_prefix("read.tech.").ok_or(MalformedSubject)?;
            Leaf::ReadTechnician(technician.parse().map_err(|_| MalformedSubject)?)
        }
    })
}

/// The filter on which opening and closing compare and set: an asset's chats begin and end one after the other.
#[must_use]
pub fn states_of(asset_id: AssetId) -> String {
    format!("chat.{asset_id}.*.state.*")
}

/// Every fact of one asset's chats.
#[must_use]
pub fn chats_of(asset_id: AssetId) -> String {
    format!("chat.{asset_id}.>")
}

/// The asset of a subject under [`ALL_CHATS`], whatever comes after it.
#[must_use]
pub fn asset_of(subject: &str) -> Option<AssetId> {
    subject.strip_prefix("chat.")?.split('.').next()?.parse().ok()
}

/// Every fact of one chat.
#[must_use]
pub fn facts_of(asset_id: AssetId, chat_id: ChatId) -> String {
    format!("chat.{asset_id}.{chat_id}.>")
}

/// What a device listens to: republished states, messages and technicians' read marks of its own chats.
#[must_use]
pub fn device_feeds(asset_id: AssetId) -> [String; 3] {
    ["state.*", "said.*", "read.tech.*"].map(|leaf| format!("feed.chat.{asset_id}.*.{leaf}"))
}

/// What is not stored about one asset's chats: typing and receipts.
#[must_use]
pub fn live_of(asset_id: AssetId) -> String {
    format!("live.{asset_id}.>")
}

/// A device's request for its menu, its open chat and what it missed.
#[must_use]
pub fn sync(asset_id: AssetId) -> String {
    format!("asset.{asset_id}.sync")
}

/// Tells a device that its menu changed.
#[must_use]
pub fn config(asset_id: AssetId) -> String {
    format!("asset.{asset_id}.config")
}

/// The asset of a `sync` request's subject.
///
/// # Errors
/// When the subject is not one.
pub fn parse_sync(subject: &str) -> Result<AssetId, MalformedSubject> {
    let asset = subject.strip_prefix("asset.").and_then(|rest| rest.strip_suffix(".sync"));
    asset.ok_or(MalformedSubject)?.parse().map_err(|_| MalformedSubject)
}

/// Asks a server, by its id, to end a device's connection.
#[must_use]
pub fn cut(server_id: &str) -> String {
    format!("devices.cut.{server_id}")
}

/// Where a timer runs.
#[must_use]
pub fn timer(kind: TimerKind, chat_id: ChatId) -> String {
    format!("timer.{kind}.{chat_id}")
}

/// Where a timer arrives when its time has come.
#[must_use]
pub fn due(kind: TimerKind, chat_id: ChatId) -> String {
    format!("due.{kind}.{chat_id}")
}

/// Every timer of a kind: those that run, and those that are due.
#[must_use]
pub fn timers(kind: TimerKind) -> [String; 2] {
    [format!("timer.{kind}.*"), format!("due.{kind}.*")]
}

/// The chat of a [`timer`] or [`due`] subject, if it is one.
#[must_use]
pub fn timed_chat(subject: &str) -> Option<ChatId> {
    let (_, chat) = subject.rsplit_once('.')?;
    chat.parse().ok()
}

/// The kind and the chat of a [`due`] subject.
///
/// # Errors
/// When the subject is not one.
pub fn parse_due(subject: &str) -> Result<(TimerKind, ChatId), MalformedSubject> {
    let (kind, chat) = subject.strip_prefix("due.").and_then(|rest| rest.split_once('.')).ok_or(MalformedSubject)?;
    Ok((kind.parse()?, chat.parse().map_err(|_| MalformedSubject)?))
}

/// The prefix of the reply subjects of whoever connects as `name`: an asset's id, or a role.
#[must_use]
pub fn inbox_prefix(name: &str) -> String {
    format!("_INBOX_{name}")
}

/// The text is not a subject of the kind that was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a subject of the expected kind")]
pub struct MalformedSubject;

#[cfg(test)]
mod tests;
