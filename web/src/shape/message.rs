//! A message or a note, as the API shows it.

use broker_config::{Author, MessageId, Text};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::MessageKind;

/// A message or a note.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "one name per thing everywhere")]
pub(crate) struct Message {
    /// The sender's id for it.
    pub message_id: MessageId,
    /// Its place in the log.
    pub seq: u64,
    /// When the broker stored it.
    pub at: DateTime<Utc>,
    /// When it was written, by the sender's clock, which may be wrong.
    pub written_at: DateTime<Utc>,
    /// From which side.
    pub kind: MessageKind,
    /// Who wrote it.
    pub author: Author,
    /// What was written, never markup.
    pub text: Text,
    /// Whether the chat was closed before it came.
    pub late: bool,
}

impl From<store::messages::Message> for Message {
    fn from(message: store::messages::Message) -> Self {
        Self {
            message_id: message.message_id,
            seq: message.seq.cast_unsigned(),
            at: message.at,
            written_at: message.written_at,
            kind: MessageKind::of(&message.kind),
            author: message.author.0,
            text: message.text,
            late: message.late,
        }
    }
}
