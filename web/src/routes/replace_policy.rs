//! `PUT /api/v1/policies/{policy_id}`: replaces a policy.

use axum::Json;
use axum::extract::State;
use broker_config::PolicyId;
use serde_json::json;
use store::assets::AssetsUnder;

use super::add_policy::WritePolicy;
use super::list_policies::Policy;
use crate::extract::{Body, Path};
use crate::front::Front;
use crate::may::{ManagePolicies, May};
use crate::menu;
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;

/// Replaces a policy. The devices under it are told when what they show may have changed.
#[utoipa::path(
    put,
    path = "/api/v1/policies/{policy_id}",
    tag = "policies",
    params(("policy_id" = PolicyId, Path, description = "Which policy.")),
    request_body = WritePolicy,
    responses(
        (status = 200, body = Policy),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-policy` or `/problems/no-such-technician`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn replace_policy(
    State(front): State<Front>,
    May { technician, .. }: May<ManagePolicies>,
    Path(policy_id): Path<PolicyId>,
    Body(asked): Body<WritePolicy>,
) -> Result<Json<Policy>, Problem> {
    let (name, settings) = asked.into_parts();
    menu::check(&front, &settings).await?;
    let mut transaction = front.db().begin().await?;
    let before = store::policies::replace(&mut *transaction, policy_id, &name, &settings).await?;
    let before = before.ok_or(Problem::NoSuch(Thing::Policy))?;
    let deed = technician.does("policy.changed", ("policy", policy_id), json!({ "name": name }));
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;

    if before.shown() != settings.shown() {
        menu::tell_devices(&front, AssetsUnder::Policy(policy_id));
    }
    Ok(Json(store::policies::Policy { policy_id, name, settings }.into()))
}
