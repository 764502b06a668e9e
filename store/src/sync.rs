//! What a device is told when it asks what it missed.

mod facts;

use broker_config::{AssetId, ChatId, Line, MessageId};
use sqlx::PgExecutor;
use sqlx::types::Uuid;

use crate::policies::{EffectivePolicy, placed};

pub use facts::{Missed, Snapshot, missed};

/// What a device should know of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// What it is called.
    pub name: Line,
    /// What holds for it.
    pub policy: EffectivePolicy,
}

/// The device of an asset.
///
/// # Errors
/// When the database is away, or holds settings that this version cannot read.
pub async fn device(db: impl PgExecutor<'_>, asset_id: AssetId) -> Result<Option<Device>, sqlx::Error> {
    let asset = placed(db, &[asset_id]).await?.remove(&asset_id);
    Ok(asset.map(|asset| Device { name: asset.name, policy: EffectivePolicy::resolve(&asset.policies) }))
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
            and erased_at is null
        order by opened_seq desc
        limit 1
        "#,
        asset_id.uuid(),
    )
    .fetch_optional(db)
    .await
}
