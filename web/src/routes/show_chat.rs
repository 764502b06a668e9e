//! `GET /api/v1/chats/{chat_id}`: one chat.

use axum::Json;
use axum::extract::State;
use broker_config::ChatId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::chat;
use crate::extract::Path;
use crate::front::Front;
use crate::may::{May, UseChat};
use crate::problem::{Problem, Thing};
use crate::shape::{ChatRow, ProblemDetails};

/// One chat.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OneChat {
    /// The chat.
    chat: ChatRow,
    /// Up to which sequence the answer has everything.
    upto: u64,
}

/// Shows one chat, open or closed. A chat that has just begun may not be there yet: the live socket tells of it first.
#[utoipa::path(
    get,
    path = "/api/v1/chats/{chat_id}",
    tag = "chats",
    params(("chat_id" = ChatId, Path, description = "Which chat.")),
    responses(
        (status = 200, body = OneChat),
        (status = 403, description = "`/problems/no-chat-rights`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-chat`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn show_chat(
    State(front): State<Front>,
    May { technician, .. }: May<UseChat>,
    Path(chat_id): Path<ChatId>,
) -> Result<Json<OneChat>, Problem> {
    let upto = front.log().persisted_upto().await?;
    let mut rows = store::chats::rows(front.db(), technician.viewer(), &[chat_id]).await?;
    let chat = rows.pop().ok_or(Problem::NoSuch(Thing::Chat))?;
    chat::check_archive(&technician, chat.closed_at.is_some())?;
    Ok(Json(OneChat { chat: chat.into(), upto }))
}
