//! `POST /api/v1/enrolments`: a device enrols.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use broker_config::{AssetId, Line};
use nkeys::{KeyPair, KeyPairType};
use serde::{Deserialize, Serialize};
use store::enrolment::Enrolled;
use utoipa::ToSchema;

use crate::extract::Body;
use crate::front::Front;
use crate::problem::Problem;
use crate::secret::Secret;
use crate::shape::ProblemDetails;

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
}

/// What a device needs to connect.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EnrolledDevice {
    /// Its asset.
    asset_id: AssetId,
    /// The token with which the broker knows it.
    jwt: String,
    /// The broker's addresses.
    broker_urls: Vec<String>,
}

/// Lets a device in. The same public key again gets the same asset and spends nothing.
#[utoipa::path(
    post,
    path = "/api/v1/enrolments",
    tag = "devices",
    request_body = EnrolDevice,
    responses(
        (status = 201, description = "The asset is new.", body = EnrolledDevice),
        (status = 200, description = "The device was in already.", body = EnrolledDevice),
        (status = 403, description = "`/problems/enrolment-refused`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn enrol_device(
    State(front): State<Front>,
    Body(asked): Body<EnrolDevice>,
) -> Result<(StatusCode, Json<EnrolledDevice>), Problem> {
    let is_user = KeyPair::from_public_key(&asked.public_key).is_ok_and(|key| key.key_pair_type() == KeyPairType::User);
    if !is_user {
        return Err(Problem::Malformed("public_key is not the public half of a user NKey".to_owned()));
    }
    let Enrolled { asset_id, is_new } = enrol(&front, &asked).await?;

    let jwt = front.signer().user_jwt(asset_id, &asked.public_key, front.now()).map_err(Problem::internal)?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    let broker_urls = front.settings().broker_urls.clone();
    Ok((status, Json(EnrolledDevice { asset_id, jwt, broker_urls })))
}

async fn enrol(front: &Front, asked: &EnrolDevice) -> Result<Enrolled, Problem> {
    match try_to_enrol(front, asked).await {
        // The same device came in by another key at the same moment, and is found now.
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => try_to_enrol(front, asked).await?,
        tried => tried?,
    }
    .ok_or(Problem::EnrolmentRefused)
}

async fn try_to_enrol(front: &Front, asked: &EnrolDevice) -> sqlx::Result<Option<Enrolled>> {
    let key_hash = Secret::hash_of(&asked.enrolment_key);
    let mut transaction = front.db().begin().await?;
    let enrolled =
        store::enrolment::enrol(&mut transaction, &key_hash, &asked.public_key, &asked.name, front.now()).await?;
    transaction.commit().await?;
    Ok(enrolled)
}
