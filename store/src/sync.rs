//! What a device is told when it asks what it missed.

mod facts;

use broker_config::{AssetId, ChatId, Line, Menu, MessageId};
use sqlx::PgExecutor;
use sqlx::types::{Json, Uuid};

pub use facts::{Missed, Snapshot, missed};

/// What a device should know of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// What it is called.
    pub name: Line,
    /// The menu of its policy, if it has one.
    pub menu: Option<Menu>,
}

/// The device of an asset.
///
/// # Errors
/// When the database is away, or holds a menu that this version cannot read.
pub async fn device(db: impl PgExecutor<'_>, asset_id: AssetId) -> Result<Option<Device>, sqlx::Error> {
    let row = sqlx::query!(
        r#"
        select assets.name as "name: Line", policies.menu as "menu?: Json<Menu>"
        from assets
        left join policies using (policy_id)
        where asset_id = $1
        "#,
        asset_id.uuid(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Device { name: row.name, menu: row.menu.map(|menu| menu.0) }))
}

/// Which of these messages, of any chat of the asset, are in the database.
///
/// # Errors
/// When the database is away.
pub async fn stored(
    db: impl PgExecutor<'_>,
    asset_id: AssetId,
    message_ids: &[MessageId],
) -> Result<Vec<MessageId>, sqlx::Error> {
    let message_ids: Vec<Uuid> = message_ids.iter().map(|message_id| message_id.uuid()).collect();
    sqlx::query_scalar!(
        r#"
        select message_id as "message_id: MessageId"
        from chats
        join messages using (chat_id)
        where chats.asset_id = $1
            and message_id = any($2)
            and kind <> 'note'
        order by seq
        "#,
        asset_id.uuid(),
        &message_ids,
    )
    .fetch_all(db)
    .await
}

/// The asset's last chat, open or not.
///
/// # Errors
/// When the database is away.
pub async fn last_chat(db: impl PgExecutor<'_>, asset_id: AssetId) -> Result<Option<ChatId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"
        select chat_id as "chat_id: ChatId"
        from chats
        where asset_id = $1
            and opened_seq is not null
        order by opened_seq desc
        limit 1
        "#,
        asset_id.uuid(),
    )
    .fetch_optional(db)
    .await
}
