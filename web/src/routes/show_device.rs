//! `GET /api/v1/assets/{asset_id}/device`: how an asset's device came, and what it connects with.

use axum::Json;
use axum::extract::State;
use broker_config::{AssetId, EnrolmentKeyId, Line};
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::connections::LastSeen;
use store::device_credentials::CredentialRow;
use utoipa::ToSchema;

use crate::extract::Path;
use crate::front::Front;
use crate::may::{May, Operate};
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;

/// How many credentials are shown.
const CREDENTIALS: i64 = 20;

/// How an asset's device came, and what it connects with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Device {
    /// Its last connection; null when it never had one.
    #[schema(required)]
    last_seen: Option<DeviceSeen>,
    /// Its credentials, the newest first, at most 20. An asset that never had a device has none.
    credentials: Vec<DeviceCredential>,
}

/// A connection of a device.
#[derive(Debug, Serialize, ToSchema)]
struct DeviceSeen {
    /// Whether it is connected now.
    is_connected: bool,
    /// Since when it is, or when its last connection ended.
    at: DateTime<Utc>,
    /// From where.
    #[schema(required)]
    address: Option<String>,
    /// The version of the agent, as it says itself.
    #[schema(required)]
    agent_version: Option<String>,
}

/// A credential of a device.
#[derive(Debug, Serialize, ToSchema)]
struct DeviceCredential {
    /// When it came.
    enrolled_at: DateTime<Utc>,
    /// Whether it took the place of another one, without an enrolment key being shown again.
    is_rotated: bool,
    /// The enrolment key by which the device came.
    #[schema(required)]
    enrolment_key_id: Option<EnrolmentKeyId>,
    /// What administrators call that; may be empty.
    #[schema(required)]
    enrolment_key_name: Option<String>,
    /// When it expires; never when null. Devices take another one before that.
    #[schema(required)]
    expires_at: Option<DateTime<Utc>>,
    /// Whether it is good now.
    is_good: bool,
    /// From when on it is not good any more, before it expires. May lie ahead.
    #[schema(required)]
    ends_at: Option<DateTime<Utc>>,
    /// Why.
    #[schema(required)]
    end_reason: Option<CredentialEnd>,
    /// The technician who revoked it.
    #[schema(required)]
    revoked_by: Option<Line>,
    /// Since when the broker refuses it. Null while it is on its way there.
    #[schema(required)]
    cut_at: Option<DateTime<Utc>>,
    /// Since when the device is asked to take another one.
    #[schema(required)]
    rotate_asked_at: Option<DateTime<Utc>>,
}

/// Why a credential ends before it expires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum CredentialEnd {
    /// A technician revoked it.
    Revoked,
    /// The device has taken another one.
    Replaced,
    /// The machine was enrolled again.
    EnrolledAgain,
}

/// Shows when an asset's device was enrolled, by which key, and when and from where it was last connected.
#[utoipa::path(
    get,
    path = "/api/v1/assets/{asset_id}/device",
    tag = "devices",
    params(("asset_id" = AssetId, Path, description = "Which asset.")),
    responses(
        (status = 200, body = Device),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-asset`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn show_device(
    State(front): State<Front>,
    _may: May<Operate>,
    Path(asset_id): Path<AssetId>,
) -> Result<Json<Device>, Problem> {
    store::assets::one(front.db(), asset_id).await?.ok_or(Problem::NoSuch(Thing::Asset))?;
    let last_seen = store::connections::last_of(front.db(), asset_id).await?;
    let rows = store::device_credentials::of_asset(front.db(), asset_id, CREDENTIALS).await?;
    let now = front.now();
    let credentials = rows.into_iter().map(|row| DeviceCredential::new(row, now)).collect();
    Ok(Json(Device { last_seen: last_seen.map(DeviceSeen::from), credentials }))
}

impl From<LastSeen> for DeviceSeen {
    fn from(seen: LastSeen) -> Self {
        Self {
            is_connected: seen.is_open,
            at: seen.ended_at.unwrap_or(seen.connected_at),
            address: seen.address,
            agent_version: seen.agent_version,
        }
    }
}

impl DeviceCredential {
    fn new(row: CredentialRow, now: DateTime<Utc>) -> Self {
        let has_ended = |at: Option<DateTime<Utc>>| at.is_some_and(|at| at <= now);
        Self {
            is_good: !has_ended(row.revoked_at) && !has_ended(row.expires_at),
            enrolled_at: row.enrolled_at,
            is_rotated: row.is_rotated,
            enrolment_key_id: row.enrolment_key_id,
            enrolment_key_name: row.enrolment_key_name,
            expires_at: row.expires_at,
            ends_at: row.revoked_at,
            end_reason: row.end_reason.as_deref().map(CredentialEnd::of),
            revoked_by: row.revoked_by,
            cut_at: row.cut_at,
            rotate_asked_at: row.rotate_asked_at,
        }
    }
}

impl CredentialEnd {
    fn of(name: &str) -> Self {
        match name {
            "replaced" => Self::Replaced,
            "enrolled_again" => Self::EnrolledAgain,
            _ => Self::Revoked,
        }
    }
}
