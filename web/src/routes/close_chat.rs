//! `POST /api/v1/chats/{chat_id}/close`: a technician ends a chat.

use axum::Json;
use axum::extract::State;
use broker_config::{AppendError, ChatId, Closed, Fact, Leaf};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::extract::Path;
use crate::front::Front;
use crate::may::{CloseChats, May};
use crate::problem::Problem;
use crate::shape::ProblemDetails;
use crate::{audit, chat};

/// The chat has ended.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClosedChat {
    /// The sequence of its end.
    seq: u64,
}

/// Ends a chat and archives it.
#[utoipa::path(
    post,
    path = "/api/v1/chats/{chat_id}/close",
    tag = "chats",
    params(("chat_id" = ChatId, Path, description = "Which chat.")),
    responses(
        (status = 200, body = ClosedChat),
        (status = 403, description = "`/problems/no-chat-rights` or `/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-chat`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/chat-closed`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn close_chat(
    State(front): State<Front>,
    May { technician, .. }: May<CloseChats>,
    Path(chat_id): Path<ChatId>,
) -> Result<Json<ClosedChat>, Problem> {
    let found = chat::find(&front, &technician, chat_id, None).await?;
    let open = chat::open(&front, chat_id, found).await?;

    let closed = Fact::Closed(Closed { by: technician.author() });
    match front.log().append_state(&open.subject(Leaf::Closed), open.state_seq, &closed).await {
        Ok(appended) => {
            audit::note(&front, &technician.does("chat.closed", ("chat", chat_id), json!({}))).await;
            Ok(Json(ClosedChat { seq: appended.seq }))
        }
        Err(AppendError::Conflict) => Err(Problem::ChatClosed),
        Err(error) => Err(error.into()),
    }
}
