//! `DELETE /api/v1/webhook`: a technician wants no webhook any more.

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::json;

use crate::front::Front;
use crate::problem::Problem;
use crate::shape::ProblemDetails;
use crate::signed_in::SignedIn;

/// Removes the webhook of the technician who asks. What is still on its way there fails.
#[utoipa::path(
    delete,
    path = "/api/v1/webhook",
    tag = "notifications",
    responses(
        (status = 204),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn remove_webhook(State(front): State<Front>, technician: SignedIn) -> Result<StatusCode, Problem> {
    let mut transaction = front.db().begin().await?;
    store::webhooks::remove(&mut *transaction, technician.technician_id).await?;
    let deed = technician.does("webhook.removed", ("technician", technician.technician_id), json!({}));
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
