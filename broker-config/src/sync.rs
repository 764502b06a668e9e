//! What a device asks on `asset.{asset}.sync` and how it is answered.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{ChatId, Fact, Line, Menu, MessageId};

/// A device's request: what is my menu, my open chat, and what did I miss?
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SyncRequest {
    /// The last sequence that the device has, 0 for none. Facts after it are wanted; with 0, those of the open chat, or
    /// of the last one when none is open.
    #[serde(default)]
    pub after: u64,
    /// Messages in the device's outbox, at most [`SyncRequest::MAX_PENDING`]: which of them are in Postgres?
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pending: Vec<MessageId>,
}

impl SyncRequest {
    /// How many pending messages one request may name.
    pub const MAX_PENDING: usize = 500;
}

/// The answer: either all of `Synced`, or what went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub enum SyncAnswer {
    /// Here it is.
    #[serde(rename = "synced.v1")]
    Synced(Box<Synced>),
    /// Not now, or not like this.
    #[serde(rename = "refused.v1")]
    Refused(SyncRefused),
}

/// All that a device needs to show its chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Synced {
    /// What the device is called in Trayline.
    pub asset_name: Line,
    /// The organisation that the client talks to.
    pub organisation: Line,
    /// The tray menu.
    pub menu: Menu,
    /// The open chat, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_chat: Option<ChatId>,
    /// The sequence of the last fact on `chat.{asset}.*.state.*`, 0 for none: what `opened` must expect.
    pub state_seq: u64,
    /// Facts after `after` up to `upto`, by rising sequence.
    pub facts: Vec<SyncedFact>,
    /// Up to where `facts` is complete. The next request's `after`.
    pub upto: u64,
    /// Whether there are facts after `upto` already: ask again at once.
    pub more: bool,
    /// Those of the request's `pending` that are in Postgres.
    pub stored: Vec<MessageId>,
}

impl Synced {
    /// About how many bytes of facts one answer carries at most; the rest is fetched by the next request.
    pub const MAX_FACT_BYTES: usize = 128 * 1024;
}

/// One fact in a [`Synced`], as it stands on the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncedFact {
    /// Its place in the log.
    pub seq: u64,
    /// When the broker stored it.
    pub at: DateTime<Utc>,
    /// Its subject.
    pub subject: String,
    /// What it says.
    pub fact: Fact,
}

/// Why a sync was not answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncRefused {
    /// What to do: `retry` later, or give up on a request that is `malformed` or from an `unknown_asset`.
    pub reason: SyncRefusal,
    /// For people.
    pub detail: String,
}

/// Why, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncRefusal {
    /// The database or the log is away; ask again after a pause.
    Retry,
    /// The request cannot be read.
    Malformed,
    /// There is no such asset (any more).
    UnknownAsset,
}
