//! `POST /api/v1/chats/{chat_id}/tickets`: makes a ticket from a chat.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use broker_config::{AppendError, ChatId, ChatSubject, Fact, Leaf, Line, TicketId, Ticketed};
use serde::Deserialize;
use serde_json::json;
use store::tickets::{NewTicket, TicketRow};
use utoipa::ToSchema;

use crate::chat;
use crate::extract::{Body, Path};
use crate::front::Front;
use crate::may::{May, TicketChats};
use crate::problem::{Problem, Thing};
use crate::shape::{OneTicket, ProblemDetails};
use crate::signed_in::SignedIn;

/// How often to try when others make tickets from the chat at the same moment.
const ATTEMPTS: usize = 5;

/// The ticket to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TicketFromChat {
    /// The browser's own id for it. Sent again with the same id, it is the same ticket. A new one when absent.
    ticket_id: Option<TicketId>,
    /// What it is about.
    subject: Line,
}

/// Makes a ticket from a chat, open or closed: for its customer and contact, about its asset, with its transcript.
#[utoipa::path(
    post,
    path = "/api/v1/chats/{chat_id}/tickets",
    tag = "chats",
    params(("chat_id" = ChatId, Path, description = "Which chat.")),
    request_body(content = TicketFromChat),
    responses(
        (status = 201, body = OneTicket),
        (status = 403, description = "`/problems/no-chat-rights` or `/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-chat`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/ticket-id-taken`: by a ticket that was not made from this chat", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn ticket_chat(
    State(front): State<Front>,
    May { technician, .. }: May<TicketChats>,
    Path(chat_id): Path<ChatId>,
    Body(asked): Body<TicketFromChat>,
) -> Result<(StatusCode, Json<OneTicket>), Problem> {
    let found = chat::find(&front, &technician, chat_id, None).await?;
    let asset = store::assets::one(front.db(), found.asset_id).await?.ok_or(Problem::NoSuch(Thing::Asset))?;
    let ticket_id = asked.ticket_id.unwrap_or_else(TicketId::new);
    let new = NewTicket {
        ticket_id,
        customer_id: asset.customer_id,
        contact_id: asset.contact_id,
        subject: asked.subject,
        description: None,
        asset_ids: vec![asset.asset_id],
        chat_id: Some(chat_id),
    };
    let mut transaction = front.db().begin().await?;
    store::tickets::add(&mut transaction, &new).await?;
    let details = json!({ "customer_id": asset.customer_id, "contact_id": asset.contact_id, "chat_id": chat_id });
    store::audit::record(&mut *transaction, &technician.does("ticket.added", ("ticket", ticket_id), details)).await?;
    transaction.commit().await?;

    let ticket = store::tickets::one(front.db(), ticket_id).await?.ok_or(Problem::NoSuch(Thing::Ticket))?;
    let is_told = store::tickets::is_told(front.db(), ticket_id, chat_id).await?;
    if !is_told.ok_or(Problem::TicketIdTaken)? {
        tell(&front, &technician, ChatSubject::new(asset.asset_id, chat_id, Leaf::Ticketed), &ticket).await?;
        store::tickets::told(front.db(), ticket_id, chat_id).await?;
    }
    Ok((StatusCode::CREATED, Json(OneTicket::read(&front, &technician, ticket_id).await?)))
}

/// Appends that the ticket was made, unless a request that broke off, or one at the same moment, did so already.
async fn tell(front: &Front, technician: &SignedIn, subject: ChatSubject, ticket: &TicketRow) -> Result<(), Problem> {
    let (ticket_id, number) = (ticket.ticket_id, ticket.number.cast_unsigned());
    let ticketed = Fact::Ticketed(Ticketed { ticket_id, number, by: technician.author() });
    let mut attempts = 1..=ATTEMPTS;
    loop {
        let last = front.log().last(&subject.to_string()).await?;
        if let Some(Fact::Ticketed(last)) = last.as_ref().map(|last| &last.fact)
            && last.ticket_id == ticket_id
        {
            return Ok(());
        }
        let last_seq = last.map_or(0, |last| last.seq);
        match front.log().append_after(&subject, &subject.to_string(), last_seq, &ticketed).await {
            Ok(_) => return Ok(()),
            Err(AppendError::Conflict) if attempts.next().is_some() => {}
            Err(error) => return Err(error.into()),
        }
    }
}
