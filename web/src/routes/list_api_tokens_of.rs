//! `GET /api/v1/technicians/{technician_id}/api-tokens`: the API tokens of a technician.

use axum::Json;
use axum::extract::State;
use broker_config::TechnicianId;

use crate::extract::Path;
use crate::front::Front;
use crate::may::{ManageTechnicians, May};
use crate::problem::{Problem, Thing};
use crate::shape::{ApiTokenList, ProblemDetails};

/// Lists the API tokens of a technician.
#[utoipa::path(
    get,
    path = "/api/v1/technicians/{technician_id}/api-tokens",
    tag = "technicians",
    params(("technician_id" = TechnicianId, Path, description = "Whose.")),
    responses(
        (status = 200, body = ApiTokenList),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-technician`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn list_api_tokens_of(
    State(front): State<Front>,
    _may: May<ManageTechnicians>,
    Path(technician_id): Path<TechnicianId>,
) -> Result<Json<ApiTokenList>, Problem> {
    if !store::technicians::are_known(front.db(), &[technician_id]).await? {
        return Err(Problem::NoSuch(Thing::Technician));
    }
    let tokens = store::api_tokens::of(front.db(), technician_id).await?;
    Ok(Json(tokens.into()))
}
