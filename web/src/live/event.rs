//! What the live socket says: one JSON object per text frame.

use axum::extract::ws::Utf8Bytes;
use broker_config::{AssetConnected, AssetId, ChatId, Fact, Logged, NoticeHeard, Receipt, TechnicianId};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::shape::ChatHeader;

/// What the live socket says: one of these per text frame.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "an event is serialised where it is made, and never kept")]
pub(crate) enum LiveEvent {
    /// What was missed has been told; from here on it is live.
    Ready {
        /// Every fact up to this sequence has been told.
        upto: u64,
    },
    /// A fact, each once and in the order of the log.
    Fact {
        /// Its place in the log.
        seq: u64,
        /// When the broker stored it.
        at: DateTime<Utc>,
        /// The device.
        asset_id: AssetId,
        /// The chat.
        chat_id: ChatId,
        /// What the fact is for: `state.opened`, `state.closed`, `said.client`, `said.tech`, `said.system`, `note`,
        /// `assigned`, `read.client`, `read.tech.{technician_id}` or `ticketed`.
        leaf: String,
        /// What it says.
        fact: Fact,
        /// Whose chat it is, with the beginning of one, when known.
        #[serde(skip_serializing_if = "Option::is_none")]
        chat: Option<ChatHeader>,
    },
    /// Somebody is typing; it counts for six seconds.
    Typing {
        /// The device.
        asset_id: AssetId,
        /// The chat.
        chat_id: ChatId,
        /// Who; null for the person at the device.
        #[schema(required)]
        technician_id: Option<TechnicianId>,
    },
    /// How far the chat has come on its device.
    Reached {
        /// The device.
        asset_id: AssetId,
        /// The chat.
        chat_id: ChatId,
        /// The last fact of others that the agent there has.
        delivered_upto: u64,
        /// The last of them that is on a screen there, 0 for none.
        shown_upto: u64,
    },
    /// These messages are in Postgres.
    Stored {
        /// The device.
        asset_id: AssetId,
        /// The chat.
        chat_id: ChatId,
        /// The messages.
        messages: Vec<Receipt>,
    },
    /// Something new is in a chat of yours, or in one that nobody has. Each ping comes to a socket once.
    Ping {
        /// The device.
        asset_id: AssetId,
        /// The chat.
        chat_id: ChatId,
        /// The fact for which it is.
        seq: u64,
        /// Whether this tab plays the sound. Of all tabs of a technician, at most one does.
        plays: bool,
    },
    /// Something about your notices.
    Notice {
        /// What.
        notice: NoticeHeard,
    },
    /// A technician came online, or went offline with the last tab.
    TechnicianPresence {
        /// Who.
        technician_id: TechnicianId,
        /// Which of the two.
        is_online: bool,
    },
    /// Devices connected or are gone. Many come in one event when a broker starts again.
    AssetPresence {
        /// The devices, each once.
        assets: Vec<AssetConnected>,
    },
    /// Somebody else has this chat now, and the technician may not see it any more. Comes instead of the assignment.
    ChatHidden {
        /// Its place in the log.
        seq: u64,
        /// The chat.
        chat_id: ChatId,
    },
    /// Nothing may have happened, every 15 seconds. Whoever hears nothing for 40 seconds connects again.
    Heartbeat {
        /// Every fact up to this sequence has been told.
        upto: u64,
    },
    /// What was missed cannot be told: fetch what is shown anew, then connect again with its `upto`.
    Reset,
    /// The socket closes.
    Closing {
        /// Why.
        reason: ClosingReason,
    },
}

/// Why a socket closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClosingReason {
    /// The browser reads too slowly: connect again after the last sequence.
    Slow,
    /// The session has ended.
    SignedOut,
    /// The technician may not chat any more. The session goes on.
    NoChatRights,
    /// What the technician may do has changed: ask for the session, fetch what is shown anew, and connect again.
    RightsChanged,
    /// The front shuts down: connect again.
    ShuttingDown,
    /// More was missed than the socket tells: see `reset`.
    TooFarBehind,
}

impl LiveEvent {
    /// A fact as it stands on the log.
    pub(super) fn of(logged: Logged, chat: Option<ChatHeader>) -> Self {
        let subject = logged.subject.to_string();
        Self::Fact {
            seq: logged.seq,
            at: logged.at,
            asset_id: logged.subject.asset_id,
            chat_id: logged.subject.chat_id,
            leaf: subject.splitn(4, '.').last().unwrap_or_default().to_owned(),
            fact: logged.fact,
            chat,
        }
    }

    /// The text of the frame, cheap to clone.
    pub(super) fn text(&self) -> Utf8Bytes {
        match serde_json::to_string(self) {
            Ok(text) => text.into(),
            Err(error) => {
                tracing::error!(%error, "an event is not JSON");
                Utf8Bytes::from_static("{}")
            }
        }
    }
}
