//! `GET /api/v1/chats/{chat_id}/transcript`: the whole chat as a file.

use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use broker_config::ChatId;
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use crate::chat;
use crate::extract::{Path, Query};
use crate::front::Front;
use crate::may::{ExportChats, May};
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;
use crate::transcript::{self, Transcript, TranscriptFormat};

/// How to write the chat.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportTranscript {
    /// For whom; `text`, for people, when absent.
    #[param(inline)]
    format: Option<TranscriptFormat>,
    /// Whether with internal notes; without when absent.
    include_notes: Option<bool>,
}

/// Exports a chat, open or closed, with everything that was said in it, in order and as a file to keep. Messages of Trayline
/// itself, notes, and what came after the end are marked.
#[utoipa::path(
    get,
    path = "/api/v1/chats/{chat_id}/transcript",
    tag = "chats",
    params(("chat_id" = ChatId, Path, description = "Which chat."), ExportTranscript),
    responses(
        (status = 200, content((Transcript = "application/json"), (String = "text/plain"))),
        (status = 403, description = "`/problems/no-chat-rights` or `/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-chat`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn export_transcript(
    State(front): State<Front>,
    May { technician, .. }: May<ExportChats>,
    Path(chat_id): Path<ChatId>,
    Query(asked): Query<ExportTranscript>,
) -> Result<Response, Problem> {
    let mut rows = store::chats::rows(front.db(), technician.viewer(), &[chat_id]).await?;
    let chat = rows.pop().ok_or(Problem::NoSuch(Thing::Chat))?;
    chat::check_archive(&technician, chat.closed_at.is_some())?;

    let details = json!({ "include_notes": asked.include_notes.unwrap_or(false) });
    store::audit::record(front.db(), &technician.does("chat.exported", ("chat", chat_id), details)).await?;

    let format = asked.format.unwrap_or_default();
    let (content_type, extension) = match format {
        TranscriptFormat::Text => ("text/plain; charset=utf-8", "txt"),
        TranscriptFormat::Json => ("application/json", "json"),
    };
    let file = format!("attachment; filename=\"chat-{chat_id}.{extension}\"");
    let headers = [(header::CONTENT_TYPE, content_type), (header::CONTENT_DISPOSITION, &file)];
    let pieces = transcript::write(front.db().clone(), chat.into(), format, asked.include_notes.unwrap_or(false));
    Ok((headers, Body::from_stream(pieces)).into_response())
}
