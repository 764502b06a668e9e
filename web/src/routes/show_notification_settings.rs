//! `GET /api/v1/notification-settings`: what the technician who asks wants to be told of.

use axum::Json;
use axum::extract::State;
use broker_config::{NotificationRule, TechnicianId};
use serde::{Deserialize, Serialize};
use store::notification_settings::{RuleSetting, Settings};
use utoipa::ToSchema;

use crate::front::Front;
use crate::problem::Problem;
use crate::shape::ProblemDetails;
use crate::signed_in::SignedIn;

/// What a technician wants to be told of.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NotificationSettings {
    /// Every rule.
    rules: Vec<RuleShape>,
}

/// What a technician wants of one rule.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NotificationRuleSetting)]
pub(crate) struct RuleShape {
    /// The rule.
    pub rule: NotificationRule,
    /// Whether it shows in the app.
    pub in_app: bool,
    /// Whether it sends an e-mail, to the address that they sign in with.
    pub email: bool,
    /// Whether it is sent to their webhook.
    pub webhook: bool,
    /// For how many minutes a client may wait; only `waited_longer` looks at it.
    #[schema(minimum = 1, maximum = 1440)]
    pub minutes: i32,
}

impl NotificationSettings {
    /// Every rule, those that were not chosen as they usually are.
    pub(super) fn of(technician_id: TechnicianId, settings: &Settings) -> Self {
        let rules = NotificationRule::ALL.map(|rule| settings.of(technician_id, rule).into());
        Self { rules: rules.to_vec() }
    }
}

/// Shows what the technician who asks wants to be told of.
#[utoipa::path(
    get,
    path = "/api/v1/notification-settings",
    tag = "notifications",
    responses(
        (status = 200, body = NotificationSettings),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn show_notification_settings(
    State(front): State<Front>,
    technician: SignedIn,
) -> Result<Json<NotificationSettings>, Problem> {
    let settings = store::notification_settings::of(front.db(), &[technician.technician_id]).await?;
    Ok(Json(NotificationSettings::of(technician.technician_id, &settings)))
}

impl From<RuleSetting> for RuleShape {
    fn from(setting: RuleSetting) -> Self {
        let RuleSetting { rule, in_app, email, webhook, minutes } = setting;
        Self { rule, in_app, email, webhook, minutes }
    }
}

impl From<RuleShape> for RuleSetting {
    fn from(shape: RuleShape) -> Self {
        let RuleShape { rule, in_app, email, webhook, minutes } = shape;
        Self { rule, in_app, email, webhook, minutes }
    }
}
