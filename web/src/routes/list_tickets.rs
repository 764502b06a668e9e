//! `GET /api/v1/tickets`: the tickets.

use axum::Json;
use axum::extract::State;
use broker_config::CustomerId;
use serde::{Deserialize, Serialize};
use store::tickets::{TicketOrder, TicketPage, TicketPlace, TicketStatus};
use utoipa::{IntoParams, ToSchema};

use crate::cursor;
use crate::extract::Query;
use crate::front::Front;
use crate::problem::Problem;
use crate::shape::{ProblemDetails, TicketShape};
use crate::signed_in::SignedIn;

/// Which tickets.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListTickets {
    /// Only those with this in their number, their subject, or the name of their customer or contact; in any case.
    search: Option<String>,
    /// Only those whose work is so far.
    status: Option<TicketStatus>,
    /// Only those of this customer.
    customer_id: Option<CustomerId>,
    /// Which comes first; `-number`, the newest, when absent. A cursor is for the order in which it was given.
    #[param(inline)]
    sort: Option<TicketSort>,
    /// How many at most; 50 when absent, never more than 200.
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Which ticket comes first.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
pub(crate) enum TicketSort {
    /// The newest.
    #[default]
    #[serde(rename = "-number")]
    Newest,
    /// The oldest.
    #[serde(rename = "number")]
    Oldest,
    /// The one that was changed last.
    #[serde(rename = "-updated_at")]
    LastChanged,
    /// The one that was not changed for the longest time.
    #[serde(rename = "updated_at")]
    FirstChanged,
}

/// A page of tickets.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketPage)]
pub(crate) struct TicketListPage {
    /// The tickets.
    tickets: Vec<TicketShape>,
    /// Where the next page begins, if there is one.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// Lists tickets.
#[utoipa::path(
    get,
    path = "/api/v1/tickets",
    tag = "tickets",
    params(ListTickets),
    responses(
        (status = 200, body = TicketListPage),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn list_tickets(
    State(front): State<Front>,
    _technician: SignedIn,
    Query(asked): Query<ListTickets>,
) -> Result<Json<TicketListPage>, Problem> {
    let limit = cursor::limit(asked.limit);
    let (order, is_falling) = match asked.sort.unwrap_or_default() {
        TicketSort::Newest => (TicketOrder::Number, true),
        TicketSort::Oldest => (TicketOrder::Number, false),
        TicketSort::LastChanged => (TicketOrder::Updated, true),
        TicketSort::FirstChanged => (TicketOrder::Updated, false),
    };
    let page = TicketPage {
        customer_id: asked.customer_id,
        status: asked.status,
        search: cursor::search(asked.search)?,
        order,
        is_falling,
        after: asked.cursor.as_deref().map(cursor::read::<TicketPlace>).transpose()?,
        limit: limit + 1,
    };
    let mut places = store::tickets::page(front.db(), &page).await?;

    let next_cursor = cursor::cut_at(&mut places, limit, |place| *place);
    let ticket_ids: Vec<_> = places.iter().map(|place| place.ticket_id).collect();
    let rows = store::tickets::by_ids(front.db(), &ticket_ids).await?;
    Ok(Json(TicketListPage { tickets: rows.into_iter().map(TicketShape::from).collect(), next_cursor }))
}
