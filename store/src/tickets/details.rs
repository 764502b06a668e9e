//! What a ticket has beside its row in lists.

use broker_config::{AssetId, ChatId, Line, Text, TicketId};
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::chats::Viewer;

/// An asset that a ticket is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketAsset {
    /// Which.
    pub asset_id: AssetId,
    /// Its name.
    pub name: Line,
    /// Whether its device is connected to the broker.
    pub is_connected: bool,
}

/// A chat whose transcript belongs to a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TicketChat {
    /// Which.
    pub chat_id: ChatId,
    /// When it began.
    pub opened_at: DateTime<Utc>,
    /// When it ended.
    pub closed_at: Option<DateTime<Utc>>,
}

/// What a ticket says at length.
///
/// # Errors
/// When the database fails.
pub async fn description(db: impl PgExecutor<'_>, ticket_id: TicketId) -> sqlx::Result<Option<Text>> {
    let description = sqlx::query_scalar!(
        r#"select description as "description: Text"
           from tickets
           where ticket_id = $1"#,
        ticket_id.uuid(),
    )
    .fetch_optional(db)
    .await?;
    Ok(description.flatten())
}

/// The assets that a ticket is about, by name.
///
/// # Errors
/// When the database fails.
pub async fn assets(db: impl PgExecutor<'_>, ticket_id: TicketId) -> sqlx::Result<Vec<TicketAsset>> {
    sqlx::query_as!(
        TicketAsset,
        r#"select a.asset_id as "asset_id: AssetId",
                  a.name as "name: Line",
                  exists (
                      select from device_connections d
                      where d.asset_id = a.asset_id
                        and d.is_open
                  ) as "is_connected!"
           from ticket_assets ta
           join assets a on a.asset_id = ta.asset_id
           where ta.ticket_id = $1
           order by lower(a.name), a.asset_id"#,
        ticket_id.uuid(),
    )
    .fetch_all(db)
    .await
}

/// The chats of a ticket that are here and seen by `viewer`, the first one first: one that has just begun may come later.
///
/// # Errors
/// When the database fails.
pub async fn chats(db: impl PgExecutor<'_>, viewer: Viewer, ticket_id: TicketId) -> sqlx::Result<Vec<TicketChat>> {
    sqlx::query_as!(
        TicketChat,
        r#"select c.chat_id as "chat_id: ChatId",
                  c.opened_at as "opened_at!",
                  c.closed_at
           from ticket_chats tc
           join chats c on c.chat_id = tc.chat_id
           where tc.ticket_id = $1
             and c.opened_seq is not null
             and ($2 or c.assigned_to is null or c.assigned_to = $3)
           order by c.opened_seq"#,
        ticket_id.uuid(),
        viewer.sees_all,
        viewer.technician_id.uuid(),
    )
    .fetch_all(db)
    .await
}
