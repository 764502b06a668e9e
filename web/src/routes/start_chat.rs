//! `POST /api/v1/chats`: a technician starts a chat with an asset.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use broker_config::{AppendError, AssetId, Assigned, ChatId, ChatSubject, Fact, Leaf, Opened};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tracing::Span;
use utoipa::ToSchema;

use crate::audit;
use crate::extract::Body;
use crate::front::Front;
use crate::may::{May, StartChats};
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;
use crate::signed_in::SignedIn;

/// How often to try when others open and close chats of the asset at the same moment.
const ATTEMPTS: usize = 5;

/// With whom to chat.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartChat {
    /// The device.
    asset_id: AssetId,
}

/// The chat has begun.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StartedChat {
    /// Which.
    chat_id: ChatId,
    /// The sequence of its beginning.
    seq: u64,
}

/// Starts a chat. It belongs to the technician who starts it.
#[utoipa::path(
    post,
    path = "/api/v1/chats",
    tag = "chats",
    request_body = StartChat,
    responses(
        (status = 201, body = StartedChat),
        (status = 403, description = "`/problems/no-chat-rights` or `/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-asset`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/chat-already-open`, with the open `chat_id`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn start_chat(
    State(front): State<Front>,
    May { technician, .. }: May<StartChats>,
    Body(asked): Body<StartChat>,
) -> Result<(StatusCode, Json<StartedChat>), Problem> {
    let asset_id = asked.asset_id;
    store::assets::one(front.db(), asset_id).await?.ok_or(Problem::NoSuch(Thing::Asset))?;
    let started = open(&front, &technician, asset_id).await?;
    Span::current().record("chat.id", tracing::field::display(started.chat_id));
    front.live().remember(started.chat_id, asset_id);
    take(&front, &technician, asset_id, started.chat_id).await;
    let opened = technician.does("chat.opened", ("chat", started.chat_id), json!({ "asset_id": asset_id }));
    audit::note(&front, &opened).await;
    Ok((StatusCode::CREATED, Json(started)))
}

/// Opens a chat if none is open.
async fn open(front: &Front, technician: &SignedIn, asset_id: AssetId) -> Result<StartedChat, Problem> {
    let opened = Fact::Opened(Opened { by: technician.author(), entry_id: None });
    let mut attempts = 1..=ATTEMPTS;
    loop {
        let state = front.log().asset_state(asset_id).await?;
        if let Some(chat_id) = state.open_chat() {
            return Err(Problem::ChatAlreadyOpen { chat_id });
        }
        let chat_id = ChatId::new();
        let subject = ChatSubject::new(asset_id, chat_id, Leaf::Opened);
        match front.log().append_state(&subject, state.seq, &opened).await {
            Ok(appended) => return Ok(StartedChat { chat_id, seq: appended.seq }),
            Err(AppendError::Conflict) if attempts.next().is_some() => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Gives the chat to whoever started it. The chat has begun already, so a failure here is not one of the request:
/// somebody can still take the chat.
async fn take(front: &Front, technician: &SignedIn, asset_id: AssetId, chat_id: ChatId) {
    let subject = ChatSubject::new(asset_id, chat_id, Leaf::Assigned);
    let assigned = Fact::Assigned(Assigned { to: Some(technician.assignee()), by: technician.author() });
    match front.log().append_first(&subject, &assigned).await {
        Ok(_) | Err(AppendError::Conflict) => {}
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "a chat was started but not assigned");
        }
    }
}
