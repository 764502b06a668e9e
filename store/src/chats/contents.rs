//! What a chat holds beside its row.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::texts;

/// Deletes what was said, read and told in chats, and takes them off their tickets. The rows of the chats stay. Until the
/// transaction ends no text is indexed, so that none of these comes back.
pub(crate) async fn delete(db: &mut PgConnection, chat_ids: &[Uuid]) -> sqlx::Result<()> {
    texts::keep_index_still(&mut *db).await?;
    sqlx::query!(
        "with gone_messages as (delete from messages where chat_id = any($1)),
              gone_texts as (delete from message_texts where chat_id = any($1)),
              gone_reads as (delete from reads where chat_id = any($1)),
              gone_pings as (delete from pings where chat_id = any($1)),
              gone_claims as (delete from notification_claims where chat_id = any($1)),
              gone_deliveries as (
                  delete from deliveries d
                  using notices n
                  where n.notice_id = d.notice_id
                    and n.chat_id = any($1)
              ),
              gone_notices as (delete from notices where chat_id = any($1))
         delete from ticket_chats
         where chat_id = any($1)",
        chat_ids,
    )
    .execute(db)
    .await?;
    Ok(())
}
