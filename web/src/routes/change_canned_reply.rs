//! `PATCH /api/v1/canned-replies/{canned_reply_id}`: changes something that technicians say often.

use axum::Json;
use axum::extract::State;
use broker_config::{CannedReplyId, Text};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::extract::{Body, Path};
use crate::front::Front;
use crate::may::{ManagePolicies, May};
use crate::problem::{Problem, Thing};
use crate::shape::{CannedReplyShape, ProblemDetails, Shortcut};

/// What to change; what is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeCannedReply {
    /// Another word to type for it.
    shortcut: Option<Shortcut>,
    /// Another text.
    text: Option<Text>,
}

/// Changes a canned reply.
#[utoipa::path(
    patch,
    path = "/api/v1/canned-replies/{canned_reply_id}",
    tag = "canned replies",
    params(("canned_reply_id" = CannedReplyId, Path, description = "Which canned reply.")),
    request_body = ChangeCannedReply,
    responses(
        (status = 200, body = CannedReplyShape),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-canned-reply`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/shortcut-taken`, in any case", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn change_canned_reply(
    State(front): State<Front>,
    May { technician, .. }: May<ManagePolicies>,
    Path(canned_reply_id): Path<CannedReplyId>,
    Body(asked): Body<ChangeCannedReply>,
) -> Result<Json<CannedReplyShape>, Problem> {
    let shortcut = asked.shortcut.as_ref().map(Shortcut::as_str);
    let text = asked.text.as_ref();
    let mut transaction = front.db().begin().await?;
    let changed = store::canned_replies::change(&mut *transaction, canned_reply_id, shortcut, text).await?;
    let changed = changed.ok_or(Problem::NoSuch(Thing::CannedReply))?;
    let deed = technician.does("canned_reply.changed", ("canned_reply", canned_reply_id), json!({}));
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    Ok(Json(changed.into()))
}
