//! `DELETE /api/v1/policies/{policy_id}`: removes a policy.

use axum::extract::State;
use axum::http::StatusCode;
use broker_config::PolicyId;
use serde_json::json;
use store::policies::Removed;

use crate::extract::Path;
use crate::front::Front;
use crate::may::{ManagePolicies, May};
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;

/// Removes a policy that nothing uses.
#[utoipa::path(
    delete,
    path = "/api/v1/policies/{policy_id}",
    tag = "policies",
    params(("policy_id" = PolicyId, Path, description = "Which policy.")),
    responses(
        (status = 204),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-policy`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/policy-in-use`, with where it is in `used_by`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn remove_policy(
    State(front): State<Front>,
    May { technician, .. }: May<ManagePolicies>,
    Path(policy_id): Path<PolicyId>,
) -> Result<StatusCode, Problem> {
    let mut transaction = front.db().begin().await?;
    let removed = store::policies::remove(&mut transaction, policy_id, front.now()).await?;
    if matches!(removed, Removed::Gone) {
        let deed = technician.does("policy.removed", ("policy", policy_id), json!({}));
        store::audit::record(&mut *transaction, &deed).await?;
    }
    transaction.commit().await?;
    match removed {
        Removed::Gone => Ok(StatusCode::NO_CONTENT),
        Removed::InUse(uses) => Err(Problem::PolicyInUse(uses)),
        Removed::NoSuch => Err(Problem::NoSuch(Thing::Policy)),
    }
}
