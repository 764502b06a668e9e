//! What is said live and not stored: typing, receipts, and what technicians are told.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{AssetId, ChatId, MessageId, Notice, NoticeId, TabId, TechnicianId};

/// Somebody is typing, on `live.{asset}.{chat}.typing.client` or `.typing.tech`. Good for [`Typing::SECONDS`], then it
/// is forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Typing {
    /// Who, when it is a technician.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technician_id: Option<TechnicianId>,
}

impl Typing {
    /// For how many seconds a sign of typing counts. Whoever goes on typing repeats it every third of that.
    pub const SECONDS: u64 = 6;
}

/// How far a chat has come on its device, on `live.{asset}.{chat}.reached`. It may be lost and may come twice; an agent says it
/// again when a technician reads the chat, so that whoever has just come knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// The last fact of others that the agent has.
    pub delivered_upto: u64,
    /// The last of them that is on a screen there, 0 for none. Whether anybody has read it, the client's read mark says.
    pub shown_upto: u64,
}

/// Receipts, on `live.{asset}.{chat}.stored` and `.noted`: these messages or notes of the chat are in Postgres. A receipt may be lost (ask
/// again by a sync) and may come twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipts {
    /// The stored messages, in the order of the log.
    pub messages: Vec<Receipt>,
}

/// One message is in Postgres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// The sender's id.
    pub message_id: MessageId,
    /// Its place in the log.
    pub seq: u64,
    /// When the broker stored it.
    pub at: DateTime<Utc>,
}

/// A sound is due, on `live.tech.{technician}.ping`. All tabs of the technician hear of it, and one plays it. It may come
/// twice: the chat and the sequence say which ping it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ping {
    /// The chat that has something new.
    pub chat_id: ChatId,
    /// Its device.
    pub asset_id: AssetId,
    /// The fact for which the sound is due.
    pub seq: u64,
    /// The tab that plays it; none when the technician is not known to have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tab_id: Option<TabId>,
}

/// Something about a technician's notices, on `live.tech.{technician}.notice`. It may be lost and may come twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum NoticeHeard {
    /// There is a new one.
    New(Notice),
    /// These have been read, in whatever tab.
    Read {
        /// Which.
        notice_ids: Vec<NoticeId>,
    },
}
