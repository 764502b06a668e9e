//! `PUT /api/v1/notification-settings`: a technician says what they want to be told of.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use broker_config::TechnicianId;
use serde::Deserialize;
use store::notification_settings::{MOST_MINUTES, RuleSetting};
use utoipa::ToSchema;

use super::show_notification_settings::{NotificationSettings, RuleShape};
use crate::extract::Body;
use crate::front::Front;
use crate::problem::Problem;
use crate::shape::ProblemDetails;
use crate::signed_in::SignedIn;

/// What they want.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeNotificationSettings {
    /// The rules to change, each once. The others stay as they are.
    rules: Vec<RuleShape>,
}

/// Changes what the technician who asks wants to be told of.
#[utoipa::path(
    put,
    path = "/api/v1/notification-settings",
    tag = "notifications",
    request_body = ChangeNotificationSettings,
    responses(
        (status = 200, body = NotificationSettings),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn change_notification_settings(
    State(front): State<Front>,
    technician: SignedIn,
    Body(asked): Body<ChangeNotificationSettings>,
) -> Result<Json<NotificationSettings>, Problem> {
    Ok(Json(asked.apply(&front, technician.technician_id).await?))
}

impl ChangeNotificationSettings {
    /// Changes the settings of this technician.
    pub(super) async fn apply(
        self,
        front: &Front,
        technician_id: TechnicianId,
    ) -> Result<NotificationSettings, Problem> {
        let settings: Vec<_> = self.rules.into_iter().map(RuleSetting::from).collect();
        let rules: BTreeSet<_> = settings.iter().map(|setting| setting.rule).collect();
        if rules.len() != settings.len() {
            return Err(Problem::Malformed("a rule is there twice".to_owned()));
        }
        if settings.iter().any(|setting| !(1..=MOST_MINUTES).contains(&setting.minutes)) {
            return Err(Problem::Malformed(format!("minutes must be from 1 to {MOST_MINUTES}")));
        }
        store::notification_settings::write(front.db(), technician_id, &settings).await?;
        let settings = store::notification_settings::of(front.db(), &[technician_id]).await?;
        Ok(NotificationSettings::of(technician_id, &settings))
    }
}
