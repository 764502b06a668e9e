//! `DELETE /api/v1/canned-replies/{canned_reply_id}`: removes something that technicians said often.

use axum::extract::State;
use axum::http::StatusCode;
use broker_config::CannedReplyId;
use serde_json::json;

use crate::extract::Path;
use crate::front::Front;
use crate::may::{ManagePolicies, May};
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;

/// Removes a canned reply.
#[utoipa::path(
    delete,
    path = "/api/v1/canned-replies/{canned_reply_id}",
    tag = "canned replies",
    params(("canned_reply_id" = CannedReplyId, Path, description = "Which canned reply.")),
    responses(
        (status = 204),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-canned-reply`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn remove_canned_reply(
    State(front): State<Front>,
    May { technician, .. }: May<ManagePolicies>,
    Path(canned_reply_id): Path<CannedReplyId>,
) -> Result<StatusCode, Problem> {
    let mut transaction = front.db().begin().await?;
    if !store::canned_replies::remove(&mut *transaction, canned_reply_id).await? {
        return Err(Problem::NoSuch(Thing::CannedReply));
    }
    let deed = technician.does("canned_reply.removed", ("canned_reply", canned_reply_id), json!({}));
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
