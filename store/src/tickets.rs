//! Tickets: what technicians work on, with the assets and the chats that it is about.

mod change;
mod details;
mod new;

use broker_config::{ContactId, CustomerId, Line, TechnicianId, TicketId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgExecutor;

pub use change::{TicketChange, change};
pub use details::{TicketAsset, TicketChat, assets, chats, description};
pub use new::{NewTicket, add, is_told, told};

/// How far the work on a ticket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum TicketStatus {
    /// Nobody works on it yet.
    Open,
    /// Somebody works on it.
    InProgress,
    /// It is done.
    Resolved,
}

impl TicketStatus {
    /// Its name on the wire and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InProgress => "in_progress",
            Self::Resolved => "resolved",
        }
    }
}

/// A ticket, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketRow {
    /// Which.
    pub ticket_id: TicketId,
    /// Its number, as people say it.
    pub number: i64,
    /// What it is about.
    pub subject: Line,
    /// How far the work is.
    pub status: TicketStatus,
    /// The business that it is for.
    pub customer_id: CustomerId,
    /// That business's name.
    pub customer_name: Line,
    /// The person that it is for.
    pub contact_id: Option<ContactId>,
    /// That person's name.
    pub contact_name: Option<Line>,
    /// Who works on it.
    pub assigned_to: Option<TechnicianId>,
    /// That technician's name.
    pub assigned_name: Option<Line>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// By what tickets are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketOrder {
    /// By number.
    Number,
    /// By when they were last changed.
    Updated,
}

/// Which page of which tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketPage {
    /// Only those of this customer.
    pub customer_id: Option<CustomerId>,
    /// Only those whose work is so far.
    pub status: Option<TicketStatus>,
    /// Only those with this in their number, their subject, or the name of their customer or contact; in any case.
    pub search: Option<String>,
    /// By what they are sorted.
    pub order: TicketOrder,
    /// Whether the greatest comes first.
    pub is_falling: bool,
    /// The place of the last ticket of the page before.
    pub after: Option<TicketPlace>,
    /// How many at most.
    pub limit: i64,
}

/// A ticket's place in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketPlace {
    /// By what it is sorted, rising in the list's own direction.
    pub rank: i64,
    /// Which.
    pub ticket_id: TicketId,
}

/// The tickets of a page, in order.
///
/// # Errors
/// When the database fails.
pub async fn page(db: impl PgExecutor<'_>, page: &TicketPage) -> sqlx::Result<Vec<TicketPlace>> {
    sqlx::query_as!(
        TicketPlace,
        r#"select place.rank as "rank!",
                  t.ticket_id as "ticket_id: TicketId"
           from tickets t
           cross join lateral (
               select case when $1 then -1 else 1 end
                      * case when $2 then t.number else (extract(epoch from t.updated_at) * 1000000)::bigint end as rank
           ) place
           where ($3::uuid is null or t.customer_id = $3)
             and ($4::text is null or t.status = $4)
             and ($5::text is null
                  or strpos(t.number::text, ltrim($5, '#')) > 0
                  or strpos(lower(t.subject), lower($5)) > 0
                  or exists (
                      select from customers cu
                      where cu.customer_id = t.customer_id
                        and strpos(lower(cu.name), lower($5)) > 0
                  )
                  or exists (
                      select from contacts co
                      where co.contact_id = t.contact_id
                        and strpos(lower(co.name), lower($5)) > 0
                  ))
             and ($6::bigint is null or (place.rank, t.ticket_id) > ($6, $7::uuid))
           order by place.rank, t.ticket_id
           limit $8"#,
        page.is_falling,
        page.order == TicketOrder::Number,
        page.customer_id.map(CustomerId::uuid),
        page.status.map(TicketStatus::name),
        page.search.as_deref(),
        page.after.map(|after| after.rank),
        page.after.map(|after| after.ticket_id.uuid()),
        page.limit,
    )
    .fetch_all(db)
    .await
}

/// These tickets, as far as they exist, in this order.
///
/// # Errors
/// When the database fails.
pub async fn by_ids(db: impl PgExecutor<'_>, ticket_ids: &[TicketId]) -> sqlx::Result<Vec<TicketRow>> {
    let ticket_ids: Vec<_> = ticket_ids.iter().map(|ticket_id| ticket_id.uuid()).collect();
    sqlx::query_as!(
        TicketRow,
        r#"select t.ticket_id as "ticket_id: TicketId",
                  t.number,
                  t.subject as "subject: Line",
                  t.status as "status: TicketStatus",
                  t.customer_id as "customer_id: CustomerId",
                  cu.name as "customer_name: Line",
                  t.contact_id as "contact_id: ContactId",
                  co.name as "contact_name?: Line",
                  t.assigned_to as "assigned_to: TechnicianId",
                  te.name as "assigned_name?: Line",
                  t.created_at,
                  t.updated_at
           from tickets t
           join customers cu on cu.customer_id = t.customer_id
           left join contacts co on co.contact_id = t.contact_id
           left join technicians te on te.technician_id = t.assigned_to
           where t.ticket_id = any($1)
           order by array_position($1, t.ticket_id)"#,
        &ticket_ids,
    )
    .fetch_all(db)
    .await
}

/// One ticket.
///
/// # Errors
/// When the database fails.
pub async fn one(db: impl PgExecutor<'_>, ticket_id: TicketId) -> sqlx::Result<Option<TicketRow>> {
    Ok(by_ids(db, &[ticket_id]).await?.pop())
}
