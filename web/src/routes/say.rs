//! `POST /api/v1/chats/{chat_id}/messages`: a technician says or notes something.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use broker_config::{ChatId, Fact, Leaf, MessageId, Noted, Said, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::chat;
use crate::extract::{Body, Path};
use crate::front::Front;
use crate::may::{May, Reply};
use crate::problem::Problem;
use crate::shape::ProblemDetails;

/// What to say.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Say {
    /// The browser's own id for it. Sent again with the same id, it is the same message.
    message_id: MessageId,
    /// The text, kept byte for byte.
    #[schema(value_type = Text)]
    text: String,
    /// Whether it is an internal note, which devices never see.
    #[serde(default)]
    note: bool,
}

/// The message is on the log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SaidMessage {
    /// Its id.
    message_id: MessageId,
    /// Its place in the log.
    seq: u64,
    /// Whether it was there before.
    repeated: bool,
}

/// Says something to the client, or notes something for technicians.
#[utoipa::path(
    post,
    path = "/api/v1/chats/{chat_id}/messages",
    tag = "chats",
    params(("chat_id" = ChatId, Path, description = "Which chat.")),
    request_body = Say,
    responses(
        (status = 201, body = SaidMessage),
        (status = 400, description = "`/problems/text-refused` or `/problems/malformed`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "`/problems/no-chat-rights` or `/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-chat`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/chat-closed`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn say(
    State(front): State<Front>,
    May { technician, .. }: May<Reply>,
    Path(chat_id): Path<ChatId>,
    Body(asked): Body<Say>,
) -> Result<(StatusCode, Json<SaidMessage>), Problem> {
    let message_id = asked.message_id;
    let text = Text::new(asked.text)?;
    let found = chat::find(&front, &technician, chat_id, Some(message_id)).await?;
    if let Some(seq) = found.message_seq {
        return Ok(said(message_id, seq.cast_unsigned(), true));
    }
    let open = chat::open(&front, chat_id, found).await?;

    let (by, written_at) = (technician.author(), front.now());
    let (leaf, fact) = if asked.note {
        (Leaf::Note, Fact::Noted(Noted { message_id, by, text, written_at }))
    } else {
        (Leaf::SaidTechnician, Fact::Said(Said { message_id, by, text, written_at }))
    };
    let appended = front.log().append(&open.subject(leaf), &fact).await?;
    Ok(said(message_id, appended.seq, appended.repeated))
}

fn said(message_id: MessageId, seq: u64, repeated: bool) -> (StatusCode, Json<SaidMessage>) {
    (StatusCode::CREATED, Json(SaidMessage { message_id, seq, repeated }))
}
