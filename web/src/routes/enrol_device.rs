//! `POST /api/v1/enrolments`: a device enrols.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use broker_config::Line;
use data_encoding::HEXLOWER;
use serde::Deserialize;
use serde_json::json;
use store::audit::{Actor, Deed};
use store::enrolment::{Enrolled, Entry, EntryRefusal, Newcomer};
use utoipa::ToSchema;

use crate::extract::Body;
use crate::front::Front;
use crate::problem::{DeviceRefusal, Problem};
use crate::remote::Remote;
use crate::secret::Secret;
use crate::shape::{DeviceToken, ProblemDetails, user_key};

/// A device that wants in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EnrolDevice {
    /// The key that an administrator made.
    enrolment_key: String,
    /// The public half of a user NKey (`U…`) that the device made. The other half never leaves it.
    public_key: String,
    /// What the device calls itself.
    name: Line,
    /// By which the machine is known again after it was set up anew: the SHA-256, in hexadecimal digits, of what its hardware
    /// says of itself. Without it every enrolment with another public key is another asset.
    machine_hash: Option<String>,
    /// Whether the device takes another credential before the one that it gets expires. Without it, that does not expire.
    #[serde(default)]
    renews: bool,
}

/// Lets a device in. The same public key again gets the same asset and spends nothing.
///
/// Another public key of a machine that is an asset of the key's customer already gets that asset, and ends the credentials that
/// it had, if the key allows it and no device of the asset is connected at this moment. If one is, both are copies of one disk, and
/// the one that enrols gets an asset of its own.
#[utoipa::path(
    post,
    path = "/api/v1/enrolments",
    tag = "devices",
    request_body = EnrolDevice,
    responses(
        (status = 201, description = "The asset is new.", body = DeviceToken),
        (status = 200, description = "The device or its machine was in already.", body = DeviceToken),
        (status = 403, description = "`/problems/enrolment-refused` (there is no such key), `/problems/enrolment-key-revoked`, `/problems/enrolment-key-expired`, `/problems/enrolment-key-used-up` or `/problems/device-revoked`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/machine-enrolled`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn enrol_device(
    State(front): State<Front>,
    remote: Remote,
    Body(asked): Body<EnrolDevice>,
) -> Result<(StatusCode, Json<DeviceToken>), Problem> {
    user_key("public_key", &asked.public_key)?;
    let newcomer = Newcomer {
        public_key: &asked.public_key,
        name: &asked.name,
        machine_hash: asked.machine_hash.as_deref().map(machine_hash).transpose()?,
        expires_at: asked.renews.then(|| DeviceToken::expires_at(&front)),
    };
    let key_hash = Secret::hash_of(&asked.enrolment_key);
    let enrolled = enrol(&front, &key_hash, &newcomer, &remote).await?;
    let status = if matches!(enrolled.entry, Entry::New { .. }) { StatusCode::CREATED } else { StatusCode::OK };
    let token = DeviceToken::sign(&front, enrolled.asset_id, &asked.public_key, newcomer.expires_at)?;
    Ok((status, Json(token)))
}

fn machine_hash(text: &str) -> Result<[u8; 32], Problem> {
    let hash = HEXLOWER.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    hash.ok_or_else(|| Problem::Malformed("machine_hash is not a SHA-256 in lower-case hexadecimal digits".to_owned()))
}

async fn enrol(
    front: &Front,
    key_hash: &[u8; 32],
    newcomer: &Newcomer<'_>,
    remote: &Remote,
) -> Result<Enrolled, Problem> {
    let enrolled = match try_to_enrol(front, key_hash, newcomer, remote).await {
        // The same device came in by another key at the same moment, and is found now.
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            try_to_enrol(front, key_hash, newcomer, remote).await?
        }
        tried => tried?,
    };
    Ok(enrolled.map_err(DeviceRefusal::from)?)
}

async fn try_to_enrol(
    front: &Front,
    key_hash: &[u8; 32],
    newcomer: &Newcomer<'_>,
    remote: &Remote,
) -> sqlx::Result<Result<Enrolled, EntryRefusal>> {
    let mut transaction = front.db().begin().await?;
    let enrolled = match store::enrolment::enrol(&mut transaction, key_hash, newcomer, front.now()).await? {
        Ok(enrolled) => enrolled,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let (action, is_copy) = match enrolled.entry {
        Entry::New { is_copy } => ("device.enrolled", is_copy),
        Entry::Again => ("device.enrolled_again", false),
        Entry::Known => ("device.asked_again", false),
    };
    let deed = Deed {
        action,
        actor: Actor::Device,
        address: remote.ip(),
        subject: Some(("asset", enrolled.asset_id.to_string())),
        details: json!({
            "enrolment_key_id": enrolled.enrolment_key_id,
            "customer_id": enrolled.customer_id,
            "is_copy": is_copy,
        }),
    };
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    Ok(Ok(enrolled))
}
