//! New tickets, and which of them the log knows of.

use broker_config::{AssetId, ChatId, ContactId, CustomerId, Line, Text, TicketId};
use sqlx::{PgConnection, PgExecutor};

/// A ticket to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTicket {
    /// Which.
    pub ticket_id: TicketId,
    /// The business that it is for.
    pub customer_id: CustomerId,
    /// The person that it is for.
    pub contact_id: Option<ContactId>,
    /// What it is about.
    pub subject: Line,
    /// The same at length.
    pub description: Option<Text>,
    /// The assets that it is about.
    pub asset_ids: Vec<AssetId>,
    /// The chat that it is made from.
    pub chat_id: Option<ChatId>,
}

/// Adds a ticket, unless it is there: then it stays as it is.
///
/// # Errors
/// When the database fails. The constraints `tickets_customer_id_fkey`, `tickets_contact_id_fkey` and
/// `ticket_assets_asset_id_fkey` say that there is no such customer, contact or asset.
pub async fn add(db: &mut PgConnection, new: &NewTicket) -> sqlx::Result<()> {
    // Without a row there is no number either, so a repeat leaves no gap.
    let added = sqlx::query!(
        "insert into tickets (ticket_id, customer_id, contact_id, subject, description)
         select $1, $2, $3, $4, $5
         where not exists (select from tickets where ticket_id = $1)
         on conflict (ticket_id) do nothing",
        new.ticket_id.uuid(),
        new.customer_id.uuid(),
        new.contact_id.map(ContactId::uuid),
        &*new.subject,
        new.description.as_deref(),
    )
    .execute(&mut *db)
    .await?;
    if added.rows_affected() == 0 {
        return Ok(());
    }
    let asset_ids: Vec<_> = new.asset_ids.iter().map(|asset_id| asset_id.uuid()).collect();
    sqlx::query!(
        "insert into ticket_assets (ticket_id, asset_id)
         select $1, asset_id
         from unnest($2::uuid[]) as about (asset_id)
         on conflict do nothing",
        new.ticket_id.uuid(),
        &asset_ids,
    )
    .execute(&mut *db)
    .await?;
    if let Some(chat_id) = new.chat_id {
        sqlx::query!(
            "insert into ticket_chats (ticket_id, chat_id)
             values ($1, $2)",
            new.ticket_id.uuid(),
            chat_id.uuid(),
        )
        .execute(db)
        .await?;
    }
    Ok(())
}

/// Whether the log has the fact that the ticket was made from the chat. `None` when it was not.
///
/// # Errors
/// When the database fails.
pub async fn is_told(db: impl PgExecutor<'_>, ticket_id: TicketId, chat_id: ChatId) -> sqlx::Result<Option<bool>> {
    sqlx::query_scalar!(
        "select is_told
         from ticket_chats
         where ticket_id = $1
           and chat_id = $2",
        ticket_id.uuid(),
        chat_id.uuid(),
    )
    .fetch_optional(db)
    .await
}

/// Notes that the log has the fact that the ticket was made from the chat.
///
/// # Errors
/// When the database fails.
pub async fn told(db: impl PgExecutor<'_>, ticket_id: TicketId, chat_id: ChatId) -> sqlx::Result<()> {
    sqlx::query!(
        "update ticket_chats
         set is_told = true
         where ticket_id = $1
           and chat_id = $2",
        ticket_id.uuid(),
        chat_id.uuid(),
    )
    .execute(db)
    .await?;
    Ok(())
}
