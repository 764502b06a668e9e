//! `POST /api/v1/device-credentials`: a device takes another credential in the place of the one that it has.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use broker_config::rotation_claim;
use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use serde_json::json;
use store::audit::{Actor, Deed};
use store::device_credentials::{Rotation, RotationAsked};
use utoipa::ToSchema;

use crate::extract::Body;
use crate::front::Front;
use crate::problem::{DeviceRefusal, Problem};
use crate::remote::Remote;
use crate::shape::{DeviceToken, ProblemDetails, user_key};

/// A device that would have another credential.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RotateCredential {
    /// The public half of the key of the credential that it has.
    public_key: String,
    /// The public half of a user NKey (`U…`) that the device made for this.
    new_public_key: String,
    /// The signature, by the key that it has, of `trayline credential rotation to ` and the new public key, in base64url without
    /// padding.
    signature: String,
    /// Whether it wants another one although the one that it has is good for long.
    #[serde(default)]
    insists: bool,
}

/// Gives a device another credential, if the one that it has ends within 30 days, has expired, or somebody asked for it. The old one
/// is good for a day more. The same question again has the same answer, so a device that did not hear it asks again.
#[utoipa::path(
    post,
    path = "/api/v1/device-credentials",
    tag = "devices",
    request_body = RotateCredential,
    responses(
        (status = 200, description = "The new credential is good.", body = DeviceToken),
        (status = 204, description = "The one that it has is good for long."),
        (status = 403, description = "`/problems/device-revoked`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn rotate_credential(
    State(front): State<Front>,
    remote: Remote,
    Body(asked): Body<RotateCredential>,
) -> Result<Response, Problem> {
    let key = user_key("public_key", &asked.public_key)?;
    user_key("new_public_key", &asked.new_public_key)?;
    let signature = BASE64URL_NOPAD.decode(asked.signature.as_bytes()).unwrap_or_default();
    let claim = rotation_claim(&asked.new_public_key);
    key.verify(claim.as_bytes(), &signature)
        .map_err(|_| Problem::Malformed("signature is not one of the new public key by the old one".to_owned()))?;

    let rotated = match try_to_rotate(&front, &asked, &remote).await {
        // The same question came twice at the same moment, or the new key is somebody's.
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            match try_to_rotate(&front, &asked, &remote).await {
                Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Rotation::Refused,
                tried => tried?,
            }
        }
        tried => tried?,
    };
    match rotated {
        Rotation::Done { asset_id, expires_at, .. } => {
            Ok(Json(DeviceToken::sign(&front, asset_id, &asked.new_public_key, Some(expires_at))?).into_response())
        }
        Rotation::NotDue => Ok(StatusCode::NO_CONTENT.into_response()),
        Rotation::Refused => Err(DeviceRefusal::Revoked.into()),
    }
}

async fn try_to_rotate(front: &Front, asked: &RotateCredential, remote: &Remote) -> sqlx::Result<Rotation> {
    let rotation = RotationAsked {
        public_key: &asked.public_key,
        new_public_key: &asked.new_public_key,
        insists: asked.insists,
        expires_at: DeviceToken::expires_at(front),
    };
    let mut transaction = front.db().begin().await?;
    let rotated = store::device_credentials::rotate(&mut transaction, &rotation, front.now()).await?;
    if let Rotation::Done { asset_id, is_new: true, .. } = &rotated {
        let deed = Deed {
            action: "device.rotated",
            actor: Actor::Device,
            address: remote.ip(),
            subject: Some(("asset", asset_id.to_string())),
            details: json!({}),
        };
        store::audit::record(&mut *transaction, &deed).await?;
    }
    transaction.commit().await?;
    Ok(rotated)
}
