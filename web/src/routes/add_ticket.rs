//! `POST /api/v1/tickets`: makes a ticket.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use broker_config::{AssetId, ContactId, CustomerId, Line, Text, TicketId};
use serde::Deserialize;
use serde_json::json;
use store::tickets::NewTicket;
use utoipa::ToSchema;

use crate::extract::Body;
use crate::front::Front;
use crate::may::{CreateTickets, May};
use crate::problem::{Problem, Thing};
use crate::shape::{OneTicket, ProblemDetails};

/// About how many assets a ticket may be.
const MAX_ASSETS: usize = 100;

/// A new ticket.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddTicket {
    /// The browser's own id for it. Sent again with the same id, it is the same ticket. A new one when absent.
    ticket_id: Option<TicketId>,
    /// The business that it is for.
    customer_id: CustomerId,
    /// The person of that business that it is for.
    contact_id: Option<ContactId>,
    /// What it is about.
    subject: Line,
    /// The same at length.
    description: Option<Text>,
    /// The assets of that business that it is about, at most 100.
    #[serde(default)]
    #[schema(max_items = 100)]
    asset_ids: Vec<AssetId>,
}

/// Makes a ticket.
#[utoipa::path(
    post,
    path = "/api/v1/tickets",
    tag = "tickets",
    request_body = AddTicket,
    responses(
        (status = 201, body = OneTicket),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-customer`, `/problems/no-such-contact` or `/problems/no-such-asset`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn add_ticket(
    State(front): State<Front>,
    May { technician, .. }: May<CreateTickets>,
    Body(asked): Body<AddTicket>,
) -> Result<(StatusCode, Json<OneTicket>), Problem> {
    let AddTicket { ticket_id, customer_id, contact_id, subject, description, asset_ids } = asked;
    if asset_ids.len() > MAX_ASSETS {
        return Err(Problem::Malformed(format!("a ticket may be about {MAX_ASSETS} assets")));
    }
    let ticket_id = ticket_id.unwrap_or_else(TicketId::new);
    store::customers::one(front.db(), customer_id).await?.ok_or(Problem::NoSuch(Thing::Customer))?;
    if let Some(contact_id) = contact_id
        && !store::contacts::is_of(front.db(), contact_id, customer_id).await?
    {
        return Err(Problem::NoSuch(Thing::Contact));
    }
    let theirs = store::assets::by_ids(front.db(), &asset_ids).await?;
    if !asset_ids.iter().all(|id| theirs.iter().any(|a| a.asset_id == *id && a.customer_id == customer_id)) {
        return Err(Problem::NoSuch(Thing::Asset));
    }

    let new = NewTicket { ticket_id, customer_id, contact_id, subject, description, asset_ids, chat_id: None };
    let mut transaction = front.db().begin().await?;
    store::tickets::add(&mut transaction, &new).await?;
    let details = json!({ "customer_id": customer_id, "contact_id": contact_id });
    store::audit::record(&mut *transaction, &technician.does("ticket.added", ("ticket", ticket_id), details)).await?;
    transaction.commit().await?;
    Ok((StatusCode::CREATED, Json(OneTicket::read(&front, &technician, ticket_id).await?)))
}
