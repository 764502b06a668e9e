//! `GET /api/v1/canned-replies`: what technicians say often.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::front::Front;
use crate::problem::Problem;
use crate::shape::{CannedReplyShape, ProblemDetails};
use crate::signed_in::SignedIn;

/// Every canned reply.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CannedReplies {
    /// The canned replies, by shortcut, at most 500.
    canned_replies: Vec<CannedReplyShape>,
}

/// Lists every canned reply.
#[utoipa::path(
    get,
    path = "/api/v1/canned-replies",
    tag = "canned replies",
    responses(
        (status = 200, body = CannedReplies),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn list_canned_replies(
    State(front): State<Front>,
    _technician: SignedIn,
) -> Result<Json<CannedReplies>, Problem> {
    let replies = store::canned_replies::all(front.db()).await?;
    Ok(Json(CannedReplies { canned_replies: replies.into_iter().map(CannedReplyShape::from).collect() }))
}
