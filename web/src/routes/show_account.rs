//! `GET /api/v1/account`: how the technician signs in.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::front::Front;
use crate::problem::Problem;
use crate::shape::ProblemDetails;
use crate::signed_in::AtTheDoor;

/// How a technician signs in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Account {
    /// Whether they are asked for a code of their authenticator.
    has_second_factor: bool,
    /// How many recovery codes they have left.
    recovery_codes_left: i64,
    /// Whether they have a password, which is asked for before they change how they sign in. Whoever has none must have signed in
    /// within the last 15 minutes.
    has_password: bool,
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
pub(crate) async fn show_account(
    State(front): State<Front>,
    AtTheDoor(technician): AtTheDoor,
) -> Result<Json<Account>, Problem> {
    let factor = store::second_factors::of(front.db(), technician.technician_id).await?;
    let has_second_factor = factor.is_some_and(|factor| factor.is_confirmed);
    let recovery_codes_left = store::second_factors::recovery_codes_left(front.db(), technician.technician_id).await?;
    let known = store::technicians::credentials(front.db(), &technician.email).await?;
    let has_password = front.settings().password_sign_in && known.is_some_and(|known| known.password_hash.is_some());
    Ok(Json(Account { has_second_factor, recovery_codes_left, has_password }))
}
