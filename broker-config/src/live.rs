//! What is said live and not stored: typing and receipts.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{MessageId, TechnicianId};

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
