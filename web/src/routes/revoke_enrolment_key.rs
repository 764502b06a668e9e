//! `DELETE /api/v1/enrolment-keys/{enrolment_key_id}`: an administrator takes a key back.

use axum::extract::State;
use axum::http::StatusCode;
use broker_config::EnrolmentKeyId;
use serde_json::json;
use store::enrolment::RevokedKey;

use crate::extract::Path;
use crate::front::Front;
use crate::may::{May, Operate};
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;

/// Revokes an enrolment key: it lets nobody in any more. Devices that came by it stay. Again changes nothing.
#[utoipa::path(
    delete,
    path = "/api/v1/enrolment-keys/{enrolment_key_id}",
    tag = "devices",
    params(("enrolment_key_id" = EnrolmentKeyId, Path, description = "Which key.")),
    responses(
        (status = 204),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-enrolment-key`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn revoke_enrolment_key(
    State(front): State<Front>,
    May { technician, .. }: May<Operate>,
    Path(enrolment_key_id): Path<EnrolmentKeyId>,
) -> Result<StatusCode, Problem> {
    let mut transaction = front.db().begin().await?;
    let by = technician.technician_id;
    let revoked = store::enrolment::revoke_key(&mut *transaction, enrolment_key_id, by, front.now()).await?;
    if revoked.ok_or(Problem::NoSuch(Thing::EnrolmentKey))? == RevokedKey::Now {
        let deed = technician.does("enrolment_key.revoked", ("enrolment_key", enrolment_key_id), json!({}));
        store::audit::record(&mut *transaction, &deed).await?;
    }
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
