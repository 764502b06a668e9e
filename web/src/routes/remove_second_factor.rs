//! `POST /api/v1/account/second-factor/removal`: a technician does without an authenticator.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::attempts::Attempt;
use crate::extract::Body;
use crate::front::Front;
use crate::problem::Problem;
use crate::remote::Remote;
use crate::shape::ProblemDetails;
use crate::signed_in::InSession;

/// The technician's password, so that a session that somebody left open is not enough.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RemoveSecondFactor {
    /// The password. Whoever has none must have signed in within the last 15 minutes.
    #[schema(format = Password, max_length = 1024)]
    password: Option<String>,
}

/// Removes the authenticator and the recovery codes, if there are any. The password alone signs in from now on.
#[utoipa::path(
    post,
    path = "/api/v1/account/second-factor/removal",
    tag = "account",
    request_body = RemoveSecondFactor,
    responses(
        (status = 204),
        (status = 401, description = "`/problems/wrong-credentials`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-attempts`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn remove_second_factor(
    State(front): State<Front>,
    InSession { technician, .. }: InSession,
    remote: Remote,
    Body(asked): Body<RemoveSecondFactor>,
) -> Result<StatusCode, Problem> {
    Attempt::confirm(&front, &technician, asked.password, &remote).await?;
    let mut transaction = front.db().begin().await?;
    if store::second_factors::remove(&mut *transaction, technician.technician_id).await? {
        let deed = technician.does("second_factor.removed", ("technician", technician.technician_id), json!({}));
        store::audit::record(&mut *transaction, &deed).await?;
    }
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
