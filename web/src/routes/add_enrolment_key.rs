//! `POST /api/v1/enrolment-keys`: an administrator makes a key with which devices enrol.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use broker_config::{CustomerId, EnrolmentKeyId, Line, PolicyId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::enrolment::NewKey;
use utoipa::ToSchema;

use crate::extract::Body;
use crate::front::Front;
use crate::may::{May, Operate};
use crate::problem::Problem;
use crate::secret::Secret;
use crate::shape::ProblemDetails;

/// What the key is for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddEnrolmentKey {
    /// What administrators shall call it, such as the occasion.
    name: Option<Line>,
    /// The business whose devices it lets in.
    customer_id: CustomerId,
    /// The settings that those devices get.
    policy_id: Option<PolicyId>,
    /// For how many devices; any number when absent.
    #[schema(minimum = 1)]
    uses: Option<i32>,
    /// Until when; for ever when absent.
    expires_at: Option<DateTime<Utc>>,
    /// Whether a machine that is an asset of the customer already may come in again, as that asset. Yes when absent.
    #[serde(default = "yes")]
    lets_in_again: bool,
}

fn yes() -> bool {
    true
}

/// A new enrolment key.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddedEnrolmentKey {
    /// Which.
    enrolment_key_id: EnrolmentKeyId,
    /// The key itself. It is shown this once.
    key: String,
}

/// Makes an enrolment key.
#[utoipa::path(
    post,
    path = "/api/v1/enrolment-keys",
    tag = "devices",
    request_body = AddEnrolmentKey,
    responses(
        (status = 201, body = AddedEnrolmentKey),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-customer` or `/problems/no-such-policy`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn add_enrolment_key(
    State(front): State<Front>,
    May { technician, .. }: May<Operate>,
    Body(asked): Body<AddEnrolmentKey>,
) -> Result<(StatusCode, Json<AddedEnrolmentKey>), Problem> {
    if asked.uses.is_some_and(|uses| uses < 1) {
        return Err(Problem::Malformed("uses must be at least 1".to_owned()));
    }
    if asked.expires_at.is_some_and(|at| at <= front.now()) {
        return Err(Problem::Malformed("expires_at must lie ahead".to_owned()));
    }
    let key = NewKey {
        name: asked.name,
        customer_id: asked.customer_id,
        policy_id: asked.policy_id,
        uses: asked.uses,
        expires_at: asked.expires_at,
        lets_in_again: asked.lets_in_again,
        made_by: Some(technician.technician_id),
    };
    let secret = Secret::new(Secret::ENROLMENT_KEY_PREFIX);
    let mut transaction = front.db().begin().await?;
    let enrolment_key_id = store::enrolment::add_key(&mut *transaction, &secret.hash(), &key).await?;
    let details = json!({
        "customer_id": key.customer_id,
        "policy_id": key.policy_id,
        "uses": key.uses,
        "expires_at": key.expires_at,
        "lets_in_again": key.lets_in_again,
    });
    let deed = technician.does("enrolment_key.added", ("enrolment_key", enrolment_key_id), details);
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    let added = AddedEnrolmentKey { enrolment_key_id, key: secret.reveal().to_owned() };
    Ok((StatusCode::CREATED, Json(added)))
}
