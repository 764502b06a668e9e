//! `GET /api/v1/webhook`: where the webhook of the technician who asks goes.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use store::webhooks::{Webhook, WebhookFormat};
use utoipa::ToSchema;

use crate::front::Front;
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;
use crate::signed_in::SignedIn;

/// A technician's webhook.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Webhook)]
pub(crate) struct WebhookShape {
    /// Where to: an `http` or `https` address.
    #[schema(max_length = 2048)]
    pub url: String,
    /// How its body is written.
    pub format: FormatShape,
}

/// How a webhook's body is written.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = WebhookFormat)]
pub(crate) enum FormatShape {
    /// Trayline's own, with every id.
    Trayline,
    /// `{"text": "…"}`, as incoming webhooks of Slack, Teams and Mattermost take it.
    Text,
}

/// Shows where the webhook of the technician who asks goes.
#[utoipa::path(
    get,
    path = "/api/v1/webhook",
    tag = "notifications",
    responses(
        (status = 200, body = WebhookShape),
        (status = 404, description = "`/problems/no-such-webhook`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn show_webhook(
    State(front): State<Front>,
    technician: SignedIn,
) -> Result<Json<WebhookShape>, Problem> {
    let webhook = store::webhooks::of(front.db(), technician.technician_id).await?;
    Ok(Json(webhook.ok_or(Problem::NoSuch(Thing::Webhook))?.into()))
}

impl From<Webhook> for WebhookShape {
    fn from(webhook: Webhook) -> Self {
        let format = match webhook.format {
            WebhookFormat::Trayline => FormatShape::Trayline,
            WebhookFormat::Text => FormatShape::Text,
        };
        Self { url: webhook.url, format }
    }
}

impl From<WebhookShape> for Webhook {
    fn from(shape: WebhookShape) -> Self {
        let format = match shape.format {
            FormatShape::Trayline => WebhookFormat::Trayline,
            FormatShape::Text => WebhookFormat::Text,
        };
        Self { url: shape.url, format }
    }
}
