//! `POST /api/v1/account/second-factor`: a technician sets up an authenticator.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::attempts::Attempt;
use crate::extract::Body;
use crate::front::Front;
use crate::problem::Problem;
use crate::remote::Remote;
use crate::shape::ProblemDetails;
use crate::signed_in::SettingUp;
use crate::totp::{self, TotpSecret};

/// The technician's password, so that a session that somebody left open is not enough.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BeginSecondFactor {
    /// The password. Whoever has none must have signed in within the last 15 minutes.
    #[schema(format = Password, max_length = 1024)]
    password: Option<String>,
}

/// What an authenticator needs to know. It is told this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewSecondFactor {
    /// The secret, for whoever types it: base 32.
    secret: String,
    /// The address that an authenticator scans or opens.
    address: String,
    /// The address as a picture: an SVG document.
    picture: String,
}

/// Makes the secret of an authenticator. It is in use only once `confirm_second_factor` was given a code of it.
#[utoipa::path(
    post,
    path = "/api/v1/account/second-factor",
    tag = "account",
    request_body = BeginSecondFactor,
    responses(
        (status = 200, body = NewSecondFactor),
        (status = 401, description = "`/problems/wrong-credentials`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/second-factor-there`: remove it first", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-attempts`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn begin_second_factor(
    State(front): State<Front>,
    SettingUp { technician, .. }: SettingUp,
    remote: Remote,
    Body(asked): Body<BeginSecondFactor>,
) -> Result<Json<NewSecondFactor>, Problem> {
    Attempt::confirm(&front, &technician, asked.password, &remote).await?;
    let secret = TotpSecret::new();
    if !store::second_factors::begin(front.db(), technician.technician_id, secret.bytes()).await? {
        return Err(Problem::SecondFactorThere);
    }
    let address = secret.address(&technician.email);
    let picture = totp::picture(&address).unwrap_or_default();
    Ok(Json(NewSecondFactor { secret: secret.typed(), address, picture }))
}
