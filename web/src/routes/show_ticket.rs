//! `GET /api/v1/tickets/{ticket_id}`: one ticket.

use axum::Json;
use axum::extract::State;
use broker_config::TicketId;

use crate::extract::Path;
use crate::front::Front;
use crate::problem::Problem;
use crate::shape::{OneTicket, ProblemDetails};
use crate::signed_in::SignedIn;

/// Shows one ticket, with its assets and its chats.
#[utoipa::path(
    get,
    path = "/api/v1/tickets/{ticket_id}",
    tag = "tickets",
    params(("ticket_id" = TicketId, Path, description = "Which ticket.")),
    responses(
        (status = 200, body = OneTicket),
        (status = 404, description = "`/problems/no-such-ticket`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn show_ticket(
    State(front): State<Front>,
    technician: SignedIn,
    Path(ticket_id): Path<TicketId>,
) -> Result<Json<OneTicket>, Problem> {
    Ok(Json(OneTicket::read(&front, &technician, ticket_id).await?))
}
