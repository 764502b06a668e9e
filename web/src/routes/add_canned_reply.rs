//! `POST /api/v1/canned-replies`: adds something that technicians say often.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use broker_config::Text;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::extract::Body;
use crate::front::Front;
use crate::may::{ManagePolicies, May};
use crate::problem::Problem;
use crate::shape::{CannedReplyShape, ProblemDetails, Shortcut};

/// A new canned reply.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddCannedReply {
    /// The word to type for it.
    shortcut: Shortcut,
    /// The text.
    text: Text,
}

/// Adds a canned reply.
#[utoipa::path(
    post,
    path = "/api/v1/canned-replies",
    tag = "canned replies",
    request_body = AddCannedReply,
    responses(
        (status = 201, body = CannedReplyShape),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/shortcut-taken`, in any case, or `/problems/too-many-canned-replies`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn add_canned_reply(
    State(front): State<Front>,
    May { technician, .. }: May<ManagePolicies>,
    Body(asked): Body<AddCannedReply>,
) -> Result<(StatusCode, Json<CannedReplyShape>), Problem> {
    let mut transaction = front.db().begin().await?;
    let added = store::canned_replies::add(&mut *transaction, asked.shortcut.as_str(), &asked.text).await?;
    let added = added.ok_or(Problem::TooManyCannedReplies)?;
    let deed = technician.does("canned_reply.added", ("canned_reply", added.canned_reply_id), json!({}));
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    Ok((StatusCode::CREATED, Json(added.into())))
}
