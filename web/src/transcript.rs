//! The transcript of a chat: its whole text, written from the database page by page, so that a long one is never held.

mod text;

use axum::BoxError;
use axum::body::Bytes;
use broker_config::{Assignee, Author, ChatId};
use chrono::{DateTime, Utc};
use futures::{Stream, TryStreamExt, stream};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use utoipa::ToSchema;

use crate::shape::{AssetName, ContactName, CustomerName, Message};

/// How many messages are read at a time.
const PAGE_MESSAGES: i64 = 100;

/// How a transcript is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TranscriptFormat {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// The transcript of a chat.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used: it is written page by page")]
pub(crate) struct Transcript {
    /// The chat.
    chat: TranscriptChat,
    /// What was said in it, and noted if that was asked for, by rising sequence.
    messages: Vec<Message>,
}

/// The chat of a transcript.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TranscriptChat {
    /// Which.
    chat_id: ChatId,
    /// The device.
    asset: AssetName,
    /// The business that has it.
    customer: CustomerName,
    /// The person who uses it.
    #[schema(required)]
    contact: Option<ContactName>,
    /// When the chat began.
    opened_at: DateTime<Utc>,
    /// Who began it.
    opened_by: Author,
    /// When it ended.
    #[schema(required)]
    closed_at: Option<DateTime<Utc>>,
    /// Who has or had it last.
    #[schema(required)]
    assigned_to: Option<Assignee>,
}

/// A transcript that is being written.
struct Writing {
    db: PgPool,
    chat: TranscriptChat,
    format: TranscriptFormat,
    include_notes: bool,
    /// The sequence of the last message that is written.
    after: Option<i64>,
    is_done: bool,
}

/// Writes the transcript of a chat in pieces. When the database fails in between, the answer breaks off.
pub(crate) fn write(
    db: PgPool,
    chat: TranscriptChat,
    format: TranscriptFormat,
    include_notes: bool,
) -> impl Stream<Item = Result<Bytes, BoxError>> {
    let writing = Writing { db, chat, format, include_notes, after: None, is_done: false };
    stream::try_unfold(writing, Writing::next).inspect_err(|error| {
        tracing::error!(error = error.as_ref() as &dyn std::error::Error, "a transcript broke off");
    })
}

impl Writing {
    /// The next piece.
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, BoxError> {
        if self.is_done {
            return Ok(None);
        }
        let (chat_id, after) = (self.chat.chat_id, self.after.unwrap_or(0));
        let messages = store::messages::after(&self.db, chat_id, after, self.include_notes, PAGE_MESSAGES).await?;
        self.is_done = i64::try_from(messages.len()).unwrap_or(i64::MAX) < PAGE_MESSAGES;
        let (is_first, last) = (self.after.is_none(), messages.last().map(|message| message.seq));
        let messages: Vec<_> = messages.into_iter().map(Message::from).collect();

        let piece = match self.format {
            TranscriptFormat::Text => self.text(is_first, &messages),
            TranscriptFormat::Json => self.json(is_first, &messages)?,
        };
        self.after = last.or(self.after);
        Ok(Some((piece.into(), self)))
    }

    fn text(&self, is_first: bool, messages: &[Message]) -> String {
        let mut piece = if is_first { text::head(&self.chat) } else { String::new() };
        for message in messages {
            piece.push_str(&text::block(&self.chat, message));
        }
        piece
    }

    fn json(&self, is_first: bool, messages: &[Message]) -> serde_json::Result<String> {
        let mut piece = String::new();
        if is_first {
            piece = format!("{{\"chat\":{},\"messages\":[", serde_json::to_string(&self.chat)?);
        }
        for (nth, message) in messages.iter().enumerate() {
            if nth > 0 || !is_first {
                piece.push(',');
            }
            piece.push_str(&serde_json::to_string(message)?);
        }
        if self.is_done {
            piece.push_str("]}");
        }
        Ok(piece)
    }
}

impl From<store::chats::ChatRow> for TranscriptChat {
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
        }
    }
}
