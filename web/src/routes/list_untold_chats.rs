//! `GET /api/v1/chats/untold`: the chats about which nobody could be told.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::front::Front;
use crate::may::{May, WatchChats};
use crate::problem::Problem;
use crate::shape::{ChatRow, ProblemDetails};

/// How many chats are listed at most.
const MOST: i64 = 200;

/// The chats about which nobody could be told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UntoldChats {
    /// At most 200 of them, those that have waited longest.
    chats: Vec<ChatRow>,
}

/// Lists the open chats with an unanswered client message that nobody has read, of which nobody who was online has been told, and
/// about which nothing was sent by e-mail or webhook or is on its way.
#[utoipa::path(
    get,
    path = "/api/v1/chats/untold",
    tag = "chats",
    responses(
        (status = 200, body = UntoldChats),
        (status = 403, description = "`/problems/no-chat-rights` or `/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn list_untold_chats(
    State(front): State<Front>,
    May { technician, .. }: May<WatchChats>,
) -> Result<Json<UntoldChats>, Problem> {
    let chat_ids = store::untold::chats(front.db(), MOST).await?;
    let mut rows = store::chats::rows(front.db(), technician.viewer(), &chat_ids).await?;
    rows.sort_by_key(|row| row.waiting_since);
    Ok(Json(UntoldChats { chats: rows.into_iter().map(ChatRow::from).collect() }))
}
