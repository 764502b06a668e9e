//! A chat, as lists show it.

use broker_config::{Assignee, Author, ChatId};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{AssetName, ContactName, CustomerName};

/// A chat, as the technician who asks sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChatRow {
    /// Which.
    pub chat_id: ChatId,
    /// The device.
    pub asset: AssetName,
    /// The business that has it.
    pub customer: CustomerName,
    /// The person who uses it.
    #[schema(required)]
    pub contact: Option<ContactName>,
    /// When the chat began.
    pub opened_at: DateTime<Utc>,
    /// Who began it.
    pub opened_by: Author,
    /// When it ended.
    #[schema(required)]
    pub closed_at: Option<DateTime<Utc>>,
    /// Who has it.
    #[schema(required)]
    pub assigned_to: Option<Assignee>,
    /// The sequence of the last assignment, 0 for none: what the next one must expect.
    pub assigned_seq: u64,
    /// When somebody last said something to the other side; when it began, before that.
    pub last_at: DateTime<Utc>,
    /// The sequence of that.
    pub last_seq: u64,
    /// The last message or note.
    #[schema(required)]
    pub last_message: Option<LastMessage>,
    /// Whether the client wrote after what the technician has read.
    pub unread: bool,
    /// When the client wrote the first message that no technician has answered.
    #[schema(required)]
    pub waiting_since: Option<DateTime<Utc>>,
    /// Whether the device is connected now.
    pub is_connected: bool,
}

/// The last message or note of a chat.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LastMessage {
    /// From which side.
    pub kind: MessageKind,
    /// Who wrote it.
    pub author: Author,
    /// Its first 200 characters.
    pub text: String,
}

/// From which side a message came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MessageKind {
    /// The person at the device.
    Client,
    /// A technician.
    Technician,
    /// Trayline itself, or the policy.
    System,
    /// A technician, for technicians.
    Note,
}

impl MessageKind {
    /// Reads the kind as the database spells it.
    pub(crate) fn of(kind: &str) -> Self {
        match kind {
            "client" => Self::Client,
            "technician" => Self::Technician,
            "note" => Self::Note,
            _ => Self::System,
        }
    }
}

impl From<store::chats::ChatRow> for ChatRow {
    fn from(row: store::chats::ChatRow) -> Self {
        Self {
            chat_id: row.chat_id,
            assigned_to: row.assignee(),
            asset: AssetName { asset_id: row.asset_id, name: row.asset_name },
            customer: CustomerName { customer_id: row.customer_id, name: row.customer_name },
            contact: ContactName::of(row.contact_id, row.contact_name),
            opened_at: row.opened_at,
            opened_by: row.opened_by.0,
            closed_at: row.closed_at,
            assigned_seq: row.assigned_seq.cast_unsigned(),
            last_at: row.last_at,
            last_seq: row.last_seq.cast_unsigned(),
            last_message: last_message(row.message_kind, row.message_author.map(|author| author.0), row.message_text),
            unread: row.unread,
            waiting_since: row.waiting_since,
            is_connected: row.is_connected,
        }
    }
}

fn last_message(kind: Option<String>, author: Option<Author>, text: Option<String>) -> Option<LastMessage> {
    Some(LastMessage { kind: MessageKind::of(&kind?), author: author?, text: text? })
}
