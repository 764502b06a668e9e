//! `POST /api/v1/webhook/secret`: a technician's webhook gets another secret.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::front::Front;
use crate::problem::{Problem, Thing};
use crate::secret::Secret;
use crate::shape::ProblemDetails;
use crate::signed_in::SignedIn;

/// A webhook's new secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct RotatedSecret {
    /// The key with which requests are signed from now on. It is shown this once.
    secret: String,
}

/// Gives the webhook of the technician who asks another secret. The old one is forgotten at once.
#[utoipa::path(
    post,
    path = "/api/v1/webhook/secret",
    tag = "notifications",
    responses(
        (status = 200, body = RotatedSecret),
        (status = 404, description = "`/problems/no-such-webhook`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn rotate_webhook_secret(
    State(front): State<Front>,
    technician: SignedIn,
) -> Result<Json<RotatedSecret>, Problem> {
    let secret = Secret::new(Secret::WEBHOOK_PREFIX);
    let mut transaction = front.db().begin().await?;
    if !store::webhooks::rotate(&mut *transaction, technician.technician_id, secret.reveal()).await? {
        return Err(Problem::NoSuch(Thing::Webhook));
    }
    let deed = technician.does("webhook.key_rotated", ("technician", technician.technician_id), json!({}));
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    Ok(Json(RotatedSecret { secret: secret.reveal().to_owned() }))
}
