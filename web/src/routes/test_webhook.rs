//! `POST /api/v1/webhook/test`: a technician tries their webhook.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use broker_config::DeliveryId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::front::Front;
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;
use crate::signed_in::SignedIn;

/// A test is on its way.
#[derive(Serialize, ToSchema)]
pub(crate) struct TestedWebhook {
    /// The delivery, whose result the log of deliveries tells.
    delivery_id: DeliveryId,
}

/// Sends a test to the webhook of the technician who asks.
#[utoipa::path(
    post,
    path = "/api/v1/webhook/test",
    tag = "notifications",
    responses(
        (status = 202, body = TestedWebhook),
        (status = 404, description = "`/problems/no-such-webhook`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn test_webhook(
    State(front): State<Front>,
    technician: SignedIn,
) -> Result<(StatusCode, Json<TestedWebhook>), Problem> {
    let mut transaction = front.db().begin().await?;
    if store::webhooks::of(&mut *transaction, technician.technician_id).await?.is_none() {
        return Err(Problem::NoSuch(Thing::Webhook));
    }
    let delivery_id = store::deliveries::add_test(&mut transaction, technician.technician_id).await?;
    transaction.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(TestedWebhook { delivery_id })))
}
