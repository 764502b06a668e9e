//! `GET /api/v1/technicians/{technician_id}/notification-settings`: what another technician wants to be told of.

use axum::Json;
use axum::extract::State;
use broker_config::TechnicianId;

use super::show_notification_settings::NotificationSettings;
use crate::extract::Path;
use crate::front::Front;
use crate::may::{ManageNotifications, May};
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;

/// Shows what a technician wants to be told of.
#[utoipa::path(
    get,
    path = "/api/v1/technicians/{technician_id}/notification-settings",
    tag = "notifications",
    params(("technician_id" = TechnicianId, Path, description = "Which technician.")),
    responses(
        (status = 200, body = NotificationSettings),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-technician`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn show_notification_settings_of(
    State(front): State<Front>,
    _may: May<ManageNotifications>,
    Path(technician_id): Path<TechnicianId>,
) -> Result<Json<NotificationSettings>, Problem> {
    store::technicians::one(front.db(), technician_id).await?.ok_or(Problem::NoSuch(Thing::Technician))?;
    let settings = store::notification_settings::of(front.db(), &[technician_id]).await?;
    Ok(Json(NotificationSettings::of(technician_id, &settings)))
}
