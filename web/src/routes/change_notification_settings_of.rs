//! `PUT /api/v1/technicians/{technician_id}/notification-settings`: says what another technician is told of.

use axum::Json;
use axum::extract::State;
use broker_config::TechnicianId;
use serde_json::json;

use super::change_notification_settings::ChangeNotificationSettings;
use super::show_notification_settings::NotificationSettings;
use crate::extract::{Body, Path};
use crate::front::Front;
use crate::may::{ManageNotifications, May};
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;

/// Changes what a technician is told of.
#[utoipa::path(
    put,
    path = "/api/v1/technicians/{technician_id}/notification-settings",
    tag = "notifications",
    params(("technician_id" = TechnicianId, Path, description = "Which technician.")),
    request_body = ChangeNotificationSettings,
    responses(
        (status = 200, body = NotificationSettings),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-technician`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn change_notification_settings_of(
    State(front): State<Front>,
    May { technician, .. }: May<ManageNotifications>,
    Path(technician_id): Path<TechnicianId>,
    Body(asked): Body<ChangeNotificationSettings>,
) -> Result<Json<NotificationSettings>, Problem> {
    store::technicians::one(front.db(), technician_id).await?.ok_or(Problem::NoSuch(Thing::Technician))?;
    let deed = technician.does("notification_settings.changed", ("technician", technician_id), json!({}));
    store::audit::record(front.db(), &deed).await?;
    Ok(Json(asked.apply(&front, technician_id).await?))
}
