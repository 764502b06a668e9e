//! Tickets for a demo.

use broker_config::{AssetId, ChatId, CustomerId, Line, TicketId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::tickets::TicketStatus;

/// A ticket that was made from a chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Which.
    pub ticket_id: TicketId,
    /// Whose.
    pub customer_id: CustomerId,
    /// For which device.
    pub asset_id: AssetId,
    /// From which chat.
    pub chat_id: ChatId,
    /// What it is about.
    pub subject: Line,
    /// Whether it is done.
    pub is_closed: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// Adds tickets, for who uses their assets, and gives the number of each, in the same order.
///
/// # Errors
/// When the database fails.
pub async fn add_tickets(db: &mut PgConnection, tickets: &[Ticket]) -> sqlx::Result<Vec<i64>> {
    let ids: Vec<_> = tickets.iter().map(|ticket| ticket.ticket_id.uuid()).collect();
    let customers: Vec<_> = tickets.iter().map(|ticket| ticket.customer_id.uuid()).collect();
    let assets: Vec<_> = tickets.iter().map(|ticket| ticket.asset_id.uuid()).collect();
    let chats: Vec<_> = tickets.iter().map(|ticket| ticket.chat_id.uuid()).collect();
    let subjects: Vec<_> = tickets.iter().map(|ticket| ticket.subject.to_string()).collect();
    let statuses: Vec<_> = tickets.iter().map(|ticket| status(ticket.is_closed).name().to_owned()).collect();
    let times: Vec<_> = tickets.iter().map(|ticket| ticket.created_at).collect();
    sqlx::query!(
        "insert into tickets (ticket_id, customer_id, contact_id, subject, status, created_at, updated_at)
         select new.ticket_id, new.customer_id, a.contact_id, new.subject, new.status, new.at, new.at
         from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[])
             with ordinality as new (ticket_id, customer_id, asset_id, subject, status, at, place)
         join assets a on a.asset_id = new.asset_id
         order by new.place
         on conflict do nothing",
        &ids,
        &customers,
        &assets,
        &subjects,
        &statuses,
        &times,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "with linked as (
             insert into ticket_chats (ticket_id, chat_id, is_told)
             select ticket_id, chat_id, true
             from unnest($1::uuid[], $3::uuid[]) as new (ticket_id, chat_id)
             on conflict do nothing
         )
         insert into ticket_assets (ticket_id, asset_id)
         select ticket_id, asset_id
         from unnest($1::uuid[], $2::uuid[]) as new (ticket_id, asset_id)
         on conflict do nothing",
        &ids,
        &assets,
        &chats,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query_scalar!(
        "select number
         from tickets
         join unnest($1::uuid[]) with ordinality as wanted (ticket_id, place) using (ticket_id)
         order by place",
        &ids,
    )
    .fetch_all(db)
    .await
}

fn status(is_closed: bool) -> TicketStatus {
    if is_closed { TicketStatus::Resolved } else { TicketStatus::Open }
}
