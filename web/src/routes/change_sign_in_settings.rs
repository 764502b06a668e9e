//! `PUT /api/v1/sign-in-settings`: somebody decides what signing in takes.

use axum::Json;
use axum::extract::State;
use serde_json::json;

use super::show_sign_in_settings::SignInSettings;
use crate::extract::Body;
use crate::front::Front;
use crate::live;
use crate::may::{ManageSigningIn, May};
use crate::problem::Problem;
use crate::shape::ProblemDetails;

/// Decides what signing in takes. It holds at once: whoever has no authenticator and needs one now can do nothing but set it up, also where
/// they are signed in already.
#[utoipa::path(
    put,
    path = "/api/v1/sign-in-settings",
    tag = "technicians",
    request_body = SignInSettings,
    responses(
        (status = 200, body = SignInSettings),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn change_sign_in_settings(
    State(front): State<Front>,
    May { technician: by, .. }: May<ManageSigningIn>,
    Body(asked): Body<SignInSettings>,
) -> Result<Json<SignInSettings>, Problem> {
    let mut transaction = front.db().begin().await?;
    store::installation::require_second_factor(&mut *transaction, asked.second_factor_required).await?;
    let deed = by.does("sign_in_settings.changed", ("installation", "sign_in"), json!(asked));
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    live::tell_rights(&front, &[by.technician_id]).await;
    Ok(Json(asked))
}
