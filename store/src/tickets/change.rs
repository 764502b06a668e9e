//! Changes of a ticket.

use broker_config::{ContactId, Line, TechnicianId, Text, TicketId};
use sqlx::PgExecutor;

use super::TicketStatus;

/// What to change about a ticket: what is `None` stays, and the inner `None` clears.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TicketChange {
    /// What it is about.
    pub subject: Option<Line>,
    /// How far the work is.
    pub status: Option<TicketStatus>,
    /// What it says at length, or nothing.
    pub description: Option<Option<Text>>,
    /// Another person, or nobody.
    pub contact_id: Option<Option<ContactId>>,
    /// Who works on it, or nobody.
    pub assigned_to: Option<Option<TechnicianId>>,
}

/// Changes a ticket. One that would stay as it is was not changed now.
///
/// # Errors
/// When the database fails. The constraints `tickets_contact_id_fkey` and `tickets_assigned_to_fkey` say that there is no
/// such contact or technician.
pub async fn change(db: impl PgExecutor<'_>, ticket_id: TicketId, change: &TicketChange) -> sqlx::Result<()> {
    sqlx::query!(
        "update tickets t
         set subject = new.subject,
             status = new.status,
             description = new.description,
             contact_id = new.contact_id,
             assigned_to = new.assigned_to,
             updated_at = now()
         from (
             select ticket_id,
                    coalesce($2, subject) as subject,
                    coalesce($3, status) as status,
                    case when $4 then $5 else description end as description,
                    case when $6 then $7 else contact_id end as contact_id,
                    case when $8 then $9 else assigned_to end as assigned_to
             from tickets
             where ticket_id = $1
             for update
         ) new
         where t.ticket_id = new.ticket_id
           and (t.subject, t.status, t.description, t.contact_id, t.assigned_to)
               is distinct from (new.subject, new.status, new.description, new.contact_id, new.assigned_to)",
        ticket_id.uuid(),
        change.subject.as_deref(),
        change.status.map(TicketStatus::name),
        change.description.is_some(),
        change.description.as_ref().and_then(|description| description.as_deref()),
        change.contact_id.is_some(),
        change.contact_id.flatten().map(ContactId::uuid),
        change.assigned_to.is_some(),
        change.assigned_to.flatten().map(TechnicianId::uuid),
    )
    .execute(db)
    .await?;
    Ok(())
}
