//! `POST /api/v1/assets/{asset_id}/device/revocation`: an administrator cuts a device off.

use axum::extract::State;
use axum::http::StatusCode;
use broker_config::AssetId;
use serde_json::json;
use store::device_credentials::EndReason;

use crate::extract::Path;
use crate::front::Front;
use crate::may::{May, Operate};
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;

/// Revokes every credential of an asset's device. Within seconds the broker ends its connection and refuses it, for good: to come
/// back, the device must enrol again, with an enrolment key. While the broker is away this waits for it.
#[utoipa::path(
    post,
    path = "/api/v1/assets/{asset_id}/device/revocation",
    tag = "devices",
    params(("asset_id" = AssetId, Path, description = "Which asset.")),
    responses(
        (status = 204),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-asset`, or `/problems/no-such-device` when no device of it has a credential that is good", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn revoke_device(
    State(front): State<Front>,
    May { technician, .. }: May<Operate>,
    Path(asset_id): Path<AssetId>,
) -> Result<StatusCode, Problem> {
    store::assets::one(front.db(), asset_id).await?.ok_or(Problem::NoSuch(Thing::Asset))?;
    let mut transaction = front.db().begin().await?;
    let by = Some(technician.technician_id);
    let credentials =
        store::device_credentials::end_all(&mut *transaction, asset_id, EndReason::Revoked, by, front.now()).await?;
    if credentials == 0 {
        return Err(Problem::NoSuch(Thing::Device));
    }
    let details = json!({ "credentials": credentials });
    let deed = technician.does("device.revoked", ("asset", asset_id), details);
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
