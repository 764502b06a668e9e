//! `GET /api/v1/chats/{chat_id}/messages`: what was said and noted in a chat.

use axum::Json;
use axum::extract::State;
use broker_config::ChatId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use crate::extract::{Path, Query};
use crate::front::Front;
use crate::may::{May, UseChat};
use crate::problem::Problem;
use crate::shape::{Message, ProblemDetails};
use crate::{chat, cursor};

/// Which part of the chat.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListMessages {
    /// Only messages before this sequence; the last ones when absent.
    #[param(minimum = 0)]
    before: Option<i64>,
    /// How many at most; 50 when absent, never more than 200.
    limit: Option<u32>,
}

/// A part of a chat.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessagePage {
    /// The messages, by rising sequence.
    messages: Vec<Message>,
    /// Whether there are earlier ones.
    more: bool,
    /// How far the client has read.
    client_read_upto: u64,
    /// How far the technician who asks has read.
    read_upto: u64,
    /// Up to which sequence the answer has everything.
    upto: u64,
}

/// Lists messages and notes of a chat, the last ones first in pages, each page in order.
#[utoipa::path(
    get,
    path = "/api/v1/chats/{chat_id}/messages",
    tag = "chats",
    params(("chat_id" = ChatId, Path, description = "Which chat."), ListMessages),
    responses(
        (status = 200, body = MessagePage),
        (status = 403, description = "`/problems/no-chat-rights`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-chat`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn list_messages(
    State(front): State<Front>,
    May { technician, .. }: May<UseChat>,
    Path(chat_id): Path<ChatId>,
    Query(asked): Query<ListMessages>,
) -> Result<Json<MessagePage>, Problem> {
    let limit = cursor::limit(asked.limit);
    let upto = front.log().persisted_upto().await?;
    let found = chat::find(&front, &technician, chat_id, None).await?;
    chat::check_archive(&technician, found.is_closed)?;
    // An open chat that nobody has is everybody's.
    let is_of_others = found.assigned_to != Some(technician.technician_id);
    if is_of_others && (found.is_closed || found.assigned_to.is_some()) {
        let read = technician.does("chat.read", ("chat", chat_id), json!({ "assigned_to": found.assigned_to }));
        store::audit::record_once_an_hour(front.db(), &read).await?;
    }
    let read = store::chats::read_uptos(front.db(), chat_id, technician.technician_id).await?.unwrap_or_default();
    let mut messages = store::messages::page(front.db(), chat_id, asked.before, limit + 1).await?;

    let page = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = messages.len() > page;
    messages.truncate(page);
    Ok(Json(MessagePage {
        messages: messages.into_iter().rev().map(Message::from).collect(),
        more,
        client_read_upto: read.client.cast_unsigned(),
        read_upto: read.technician.cast_unsigned(),
        upto,
    }))
}
