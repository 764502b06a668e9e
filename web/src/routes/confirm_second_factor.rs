//! `PUT /api/v1/account/second-factor`: a technician takes an authenticator into use.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::second_factors;
use utoipa::ToSchema;

use crate::attempts;
use crate::extract::Body;
use crate::front::Front;
use crate::problem::Problem;
use crate::second_factor;
use crate::session;
use crate::shape::ProblemDetails;
use crate::signed_in::SettingUp;
use crate::totp::TotpSecret;

/// What shows that the authenticator has the secret.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmSecondFactor {
    /// A code of the authenticator.
    code: String,
}

/// The codes for whoever loses their authenticator. They are told this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecoveryCodes {
    /// Each is good once, in place of a code of the authenticator.
    recovery_codes: Vec<String>,
}

/// Takes the authenticator into use. Every other session of the technician ends; this one goes on with another cookie.
#[utoipa::path(
    put,
    path = "/api/v1/account/second-factor",
    tag = "account",
    request_body = ConfirmSecondFactor,
    responses(
        (status = 200, body = RecoveryCodes, headers(("set-cookie" = String, description = "The session."))),
        (status = 401, description = "`/problems/wrong-code`, or there is no authenticator to confirm", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-attempts`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn confirm_second_factor(
    State(front): State<Front>,
    SettingUp { technician, session_id }: SettingUp,
    Body(asked): Body<ConfirmSecondFactor>,
) -> Result<impl IntoResponse, Problem> {
    let technician_id = technician.technician_id;
    attempts::at_code(&front, technician_id).await?;
    let factor = second_factors::of(front.db(), technician_id).await?.ok_or(Problem::WrongCode)?;
    let now = front.now();
    let step = TotpSecret::kept(factor.secret).step_of(&asked.code, now).ok_or(Problem::WrongCode)?;

    let (recovery_codes, hashes) = second_factor::recovery_codes();
    let mut transaction = front.db().begin().await?;
    if !second_factors::confirm(&mut *transaction, technician_id, step, now).await? {
        return Err(Problem::SecondFactorThere);
    }
    second_factors::replace_recovery_codes(&mut *transaction, technician_id, &hashes).await?;
    let cookie = session::rotate(&front, &mut transaction, session_id).await?;
    let kept = Some(session_id);
    let ended = store::sessions::end_others(&mut *transaction, technician_id, kept).await?;
    let deed = technician.does("second_factor.added", ("technician", technician_id), json!({}));
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    front.live().end_sessions(&ended);

    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Json(RecoveryCodes { recovery_codes })))
}
