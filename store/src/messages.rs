//! Messages and internal notes, for reading.

use broker_config::{Author, ChatId, MessageId, Text};
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use sqlx::types::Json;

/// A message or a note, as it stands on the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The sender's id for it.
    pub message_id: MessageId,
    /// Its place in the log.
    pub seq: i64,
    /// When the broker stored it.
    pub at: DateTime<Utc>,
    /// When it was written, by the sender's clock.
    pub written_at: DateTime<Utc>,
    /// `client`, `technician`, `system` or `note`.
    pub kind: String,
    /// Who wrote it.
    pub author: Json<Author>,
    /// What was written.
    pub text: Text,
    /// Whether the chat was closed before it came.
    pub late: bool,
}

/// At most `limit` messages of a chat, the last ones before the sequence `before`, by falling sequence.
///
/// # Errors
/// When the database fails.
pub async fn page(
    db: impl PgExecutor<'_>,
    chat_id: ChatId,
    before: Option<i64>,
    limit: i64,
) -> sqlx::Result<Vec<Message>> {
    sqlx::query_as!(
        Message,
        r#"select m.message_id as "message_id: MessageId",
                  m.seq,
                  m.at,
                  m.written_at,
                  m.kind,
                  m.author as "author: Json<Author>",
                  m.body as "text: Text",
                  coalesce(m.seq > c.closed_seq, false) as "late!"
           from messages m
           join chats c on c.chat_id = m.chat_id
           where m.chat_id = $1
             and ($2::bigint is null or m.seq < $2)
           order by m.seq desc
           limit $3"#,
        chat_id.uuid(),
        before,
        limit,
    )
    .fetch_all(db)
    .await
}

/// At most `limit` messages of a chat after the sequence `after`, by rising sequence; notes only when they are asked for.
///
/// # Errors
/// When the database fails.
pub async fn after(
    db: impl PgExecutor<'_>,
    chat_id: ChatId,
    after: i64,
    include_notes: bool,
    limit: i64,
) -> sqlx::Result<Vec<Message>> {
    sqlx::query_as!(
        Message,
        r#"select m.message_id as "message_id: MessageId",
                  m.seq,
                  m.at,
                  m.written_at,
                  m.kind,
                  m.author as "author: Json<Author>",
                  m.body as "text: Text",
                  coalesce(m.seq > c.closed_seq, false) as "late!"
           from messages m
           join chats c on c.chat_id = m.chat_id
           where m.chat_id = $1
             and m.seq > $2
             and ($3 or m.kind <> 'note')
           order by m.seq
           limit $4"#,
        chat_id.uuid(),
        after,
        include_notes,
        limit,
    )
    .fetch_all(db)
    .await
}
