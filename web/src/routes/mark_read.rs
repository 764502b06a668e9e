//! `PUT /api/v1/chats/{chat_id}/read`: a technician has read a chat.

use axum::extract::State;
use axum::http::StatusCode;
use broker_config::{ChatId, ChatSubject, Fact, Leaf, Read};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::chat;
use crate::extract::{Body, Path};
use crate::front::Front;
use crate::may::{May, UseChat};
use crate::problem::Problem;
use crate::shape::ProblemDetails;

/// The largest sequence that every reader of JSON can hold.
const MAX_SEQ: u64 = (1 << 53) - 1;

/// How far.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MarkRead {
    /// The sequence of the last message that was read.
    upto: u64,
}

/// Marks a chat as read up to a sequence, for the technician who asks.
#[utoipa::path(
    put,
    path = "/api/v1/chats/{chat_id}/read",
    tag = "chats",
    params(("chat_id" = ChatId, Path, description = "Which chat.")),
    request_body = MarkRead,
    responses(
        (status = 204),
        (status = 403, description = "`/problems/no-chat-rights`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-chat`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn mark_read(
    State(front): State<Front>,
    May { technician, .. }: May<UseChat>,
    Path(chat_id): Path<ChatId>,
    Body(asked): Body<MarkRead>,
) -> Result<StatusCode, Problem> {
    if asked.upto > MAX_SEQ {
        return Err(Problem::Malformed("upto is larger than any sequence".to_owned()));
    }
    let found = chat::find(&front, &technician, chat_id, None).await?;

    let leaf = Leaf::ReadTechnician(technician.technician_id);
    let subject = ChatSubject::new(found.asset_id, chat_id, leaf);
    front.log().append(&subject, &Fact::Read(Read { upto: asked.upto })).await?;
    Ok(StatusCode::NO_CONTENT)
}
