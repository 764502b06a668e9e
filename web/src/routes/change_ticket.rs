//! `PATCH /api/v1/tickets/{ticket_id}`: changes a ticket.

use axum::Json;
use axum::extract::State;
use broker_config::{ContactId, Line, TechnicianId, Text, TicketId};
use serde::Deserialize;
use serde_json::json;
use store::tickets::{TicketChange, TicketStatus};
use utoipa::ToSchema;

use crate::extract::{Body, Path, present};
use crate::front::Front;
use crate::may::{CreateTickets, May};
use crate::problem::{Problem, Thing};
use crate::shape::{OneTicket, ProblemDetails};

/// What to change; what is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "absent, null and an id are three things")]
pub(crate) struct ChangeTicket {
    /// Another subject.
    subject: Option<Line>,
    /// How far the work is.
    status: Option<TicketStatus>,
    /// Another description; none when null.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Text>)]
    description: Option<Option<Text>>,
    /// Another contact of the same customer; nobody when null.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<ContactId>)]
    contact_id: Option<Option<ContactId>>,
    /// The technician who works on it; nobody when null.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<TechnicianId>)]
    assigned_to: Option<Option<TechnicianId>>,
}

/// Changes a ticket.
#[utoipa::path(
    patch,
    path = "/api/v1/tickets/{ticket_id}",
    tag = "tickets",
    params(("ticket_id" = TicketId, Path, description = "Which ticket.")),
    request_body = ChangeTicket,
    responses(
        (status = 200, body = OneTicket),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-ticket`, `/problems/no-such-contact` or `/problems/no-such-technician`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn change_ticket(
    State(front): State<Front>,
    May { technician, .. }: May<CreateTickets>,
    Path(ticket_id): Path<TicketId>,
    Body(asked): Body<ChangeTicket>,
) -> Result<Json<OneTicket>, Problem> {
    let ChangeTicket { subject, status, description, contact_id, assigned_to } = asked;
    let change = TicketChange { subject, status, description, contact_id, assigned_to };
    let before = store::tickets::one(front.db(), ticket_id).await?.ok_or(Problem::NoSuch(Thing::Ticket))?;
    if let Some(contact_id) = change.contact_id.flatten()
        && !store::contacts::is_of(front.db(), contact_id, before.customer_id).await?
    {
        return Err(Problem::NoSuch(Thing::Contact));
    }
    // Whoever has the ticket may keep it, disabled or not.
    if let Some(technician_id) = change.assigned_to.flatten()
        && before.assigned_to != Some(technician_id)
        && !store::technicians::is_active(front.db(), technician_id).await?
    {
        return Err(Problem::NoSuch(Thing::Technician));
    }
    // What it is about may be somebody's own affair: the log says what was changed, and to what only of the work.
    let details = json!({
        "subject": change.subject.is_some(),
        "description": change.description.is_some(),
        "contact_id": change.contact_id,
        "status": change.status,
        "assigned_to": change.assigned_to,
    });
    let mut transaction = front.db().begin().await?;
    store::tickets::change(&mut *transaction, ticket_id, &change).await?;
    store::audit::record(&mut *transaction, &technician.does("ticket.changed", ("ticket", ticket_id), details)).await?;
    transaction.commit().await?;
    Ok(Json(OneTicket::read(&front, &technician, ticket_id).await?))
}
