//! `POST /api/v1/chats/{chat_id}/typing`: a technician is typing.

use axum::extract::State;
use axum::http::StatusCode;
use broker_config::{ChatId, LiveLeaf, LiveSubject, Typing};

use crate::chat;
use crate::extract::Path;
use crate::front::Front;
use crate::may::{May, Reply};
use crate::problem::Problem;
use crate::shape::ProblemDetails;

/// Tells the client and other technicians that this technician is typing. It counts for six seconds.
#[utoipa::path(
    post,
    path = "/api/v1/chats/{chat_id}/typing",
    tag = "chats",
    params(("chat_id" = ChatId, Path, description = "Which chat.")),
    responses(
        (status = 204),
        (status = 403, description = "`/problems/no-chat-rights` or `/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-chat`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn signal_typing(
    State(front): State<Front>,
    May { technician, .. }: May<Reply>,
    Path(chat_id): Path<ChatId>,
) -> Result<StatusCode, Problem> {
    let found = chat::find(&front, &technician, chat_id, None).await?;

    let subject = LiveSubject { asset_id: found.asset_id, chat_id, leaf: LiveLeaf::TypingTechnician };
    let typing = Typing { technician_id: Some(technician.technician_id) };
    let payload = serde_json::to_vec(&typing).map_err(Problem::internal)?;
    let published = front.log().client().publish(subject.to_string(), payload.into()).await;
    published.map_err(|error| Problem::BrokerUnavailable(error.into()))?;
    Ok(StatusCode::NO_CONTENT)
}
