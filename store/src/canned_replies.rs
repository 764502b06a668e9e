//! What technicians say often, under a word that they type for it.

use broker_config::{CannedReplyId, Text};
use sqlx::PgExecutor;

/// How many there may be, since all of them are read at once.
pub const MAX_CANNED_REPLIES: i64 = 500;

/// A text, and the word that they type for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannedReply {
    /// Which.
    pub canned_reply_id: CannedReplyId,
    /// The word. No other one has it, in any case.
    pub shortcut: String,
    /// The text.
    pub text: Text,
}

/// Every canned reply, by its word.
///
/// # Errors
/// When the database fails.
pub async fn all(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<CannedReply>> {
    sqlx::query_as!(
        CannedReply,
        r#"select canned_reply_id as "canned_reply_id: CannedReplyId",
                  shortcut,
                  body as "text: Text"
           from canned_replies
           order by lower(shortcut)"#,
    )
    .fetch_all(db)
    .await
}

/// Adds a canned reply. `None` when there are too many.
///
/// # Errors
/// When the database fails. The constraint `canned_replies_by_shortcut` says that another one has the word.
pub async fn add(db: impl PgExecutor<'_>, shortcut: &str, text: &Text) -> sqlx::Result<Option<CannedReply>> {
    sqlx::query_as!(
        CannedReply,
        r#"insert into canned_replies (canned_reply_id, shortcut, body)
           select $1, $2, $3
           where (select count(*) from canned_replies) < $4
           returning canned_reply_id as "canned_reply_id: CannedReplyId",
                     shortcut,
                     body as "text: Text""#,
        CannedReplyId::new().uuid(),
        shortcut,
        &**text,
        MAX_CANNED_REPLIES,
    )
    .fetch_optional(db)
    .await
}

/// Changes a canned reply: what is `None` stays. `None` when there is no such one.
///
/// # Errors
/// When the database fails. The constraint `canned_replies_by_shortcut` says that another one has the word.
pub async fn change(
    db: impl PgExecutor<'_>,
    canned_reply_id: CannedReplyId,
    shortcut: Option<&str>,
    text: Option<&Text>,
) -> sqlx::Result<Option<CannedReply>> {
    sqlx::query_as!(
        CannedReply,
        r#"update canned_replies
           set shortcut = coalesce($2, shortcut),
               body = coalesce($3, body)
           where canned_reply_id = $1
           returning canned_reply_id as "canned_reply_id: CannedReplyId",
                     shortcut,
                     body as "text: Text""#,
        canned_reply_id.uuid(),
        shortcut,
        text.map(|text| &**text),
    )
    .fetch_optional(db)
    .await
}

/// Removes a canned reply. Whether there was one.
///
/// # Errors
/// When the database fails.
pub async fn remove(db: impl PgExecutor<'_>, canned_reply_id: CannedReplyId) -> sqlx::Result<bool> {
    let removed = sqlx::query!(
        "delete from canned_replies
         where canned_reply_id = $1",
        canned_reply_id.uuid(),
    )
    .execute(db)
    .await?;
    Ok(removed.rows_affected() > 0)
}
