//! `PUT /api/v1/webhook`: a technician says where their webhook goes.

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::show_webhook::WebhookShape;
use crate::extract::Body;
use crate::front::Front;
use crate::problem::Problem;
use crate::secret::Secret;
use crate::shape::ProblemDetails;
use crate::signed_in::SignedIn;

/// The longest address.
const MAX_URL_BYTES: usize = 2048;

/// The webhook as it is now.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReplacedWebhook {
    /// The webhook.
    webhook: WebhookShape,
    /// The key with which its requests are signed, when it is new. It is shown this once.
    #[schema(required)]
    secret: Option<String>,
}

/// Replaces the webhook of the technician who asks. It keeps its secret.
#[utoipa::path(
    put,
    path = "/api/v1/webhook",
    tag = "notifications",
    request_body = WebhookShape,
    responses(
        (status = 200, body = ReplacedWebhook),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn replace_webhook(
    State(front): State<Front>,
    technician: SignedIn,
    Body(asked): Body<WebhookShape>,
) -> Result<Json<ReplacedWebhook>, Problem> {
    check(&asked.url)?;
    let secret = Secret::new(Secret::WEBHOOK_PREFIX);
    let webhook = asked.clone().into();
    let mut transaction = front.db().begin().await?;
    let is_new = store::webhooks::write(&mut *transaction, technician.technician_id, &webhook, secret.reveal()).await?;
    let deed =
        technician.does("webhook.changed", ("technician", technician.technician_id), json!({ "is_new": is_new }));
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    let secret = is_new.then(|| secret.reveal().to_owned());
    Ok(Json(ReplacedWebhook { webhook: asked, secret }))
}

/// Refuses what is not an address of the web. Where it leads is checked each time that something is sent.
fn check(url: &str) -> Result<(), Problem> {
    let refused = |reason: &str| Err(Problem::Malformed(format!("url {reason}")));
    if url.len() > MAX_URL_BYTES {
        return refused("is too long");
    }
    let Ok(uri) = url.parse::<Uri>() else { return refused("is not an address") };
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return refused("must begin with http:// or https://");
    }
    match uri.authority() {
        Some(authority) if authority.as_str().contains('@') => refused("must not have a user in it"),
        Some(authority) if !authority.host().is_empty() => Ok(()),
        _ => refused("has no host"),
    }
}
