//! `GET /api/v1/account`: how the technician signs in.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::front::Front;
use crate::problem::Problem;
use crate::shape::ProblemDetails;
use crate::signed_in::SignedIn;

/// How a technician signs in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Account {
    /// Whether they are asked for a code of their authenticator.
    has_second_factor: bool,
    /// How many recovery codes they have left.
    recovery_codes_left: i64,
}

/// Says how the technician signs in.
#[utoipa::path(
    get,
    path = "/api/v1/account",
    tag = "account",
    responses(
        (status = 200, body = Account),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn show_account(State(front): State<Front>, technician: SignedIn) -> Result<Json<Account>, Problem> {
    let factor = store::second_factors::of(front.db(), technician.technician_id).await?;
    let has_second_factor = factor.is_some_and(|factor| factor.is_confirmed);
    let recovery_codes_left = store::second_factors::recovery_codes_left(front.db(), technician.technician_id).await?;
    Ok(Json(Account { has_second_factor, recovery_codes_left }))
}
