//! `DELETE /api/v1/technicians/{technician_id}/second-factor`: somebody has lost their authenticator, and their recovery codes as well.

use axum::extract::State;
use axum::http::StatusCode;
use broker_config::TechnicianId;
use serde_json::json;

use crate::extract::Path;
use crate::front::Front;
use crate::may::{ManageSigningIn, May};
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;

/// Removes the authenticator and the recovery codes of a technician, if there are any. Where everybody needs one, they set up another the
/// next time.
#[utoipa::path(
    delete,
    path = "/api/v1/technicians/{technician_id}/second-factor",
    tag = "technicians",
    params(("technician_id" = TechnicianId, Path, description = "Whose.")),
    responses(
        (status = 204),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-technician`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn reset_second_factor_of(
    State(front): State<Front>,
    May { technician: by, .. }: May<ManageSigningIn>,
    Path(technician_id): Path<TechnicianId>,
) -> Result<StatusCode, Problem> {
    let mut transaction = front.db().begin().await?;
    if !store::technicians::are_known(&mut *transaction, &[technician_id]).await? {
        return Err(Problem::NoSuch(Thing::Technician));
    }
    if store::second_factors::remove(&mut *transaction, technician_id).await? {
        let deed = by.does("second_factor.reset", ("technician", technician_id), json!({}));
        store::audit::record(&mut *transaction, &deed).await?;
    }
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
