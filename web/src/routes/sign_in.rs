//! `POST /api/v1/session`: a technician signs in.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::{AppendHeaders, IntoResponse};
use axum_extra::extract::cookie::CookieJar;
use broker_config::TechnicianId;
use serde::Deserialize;
use serde_json::json;
use store::technicians::Credentials;
use utoipa::ToSchema;

use super::show_session::SignedInTechnician;
use crate::attempts::{Attempt, PASSWORD_BYTES};
use crate::audit;
use crate::extract::Body;
use crate::front::Front;
use crate::problem::Problem;
use crate::remote::Remote;
use crate::second_factor;
use crate::session::{self, Entrant, SecondFactor, Way};
use crate::shape::ProblemDetails;

/// What a technician signs in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    /// Their address, in any case.
    email: String,
    /// Their password.
    #[schema(format = Password, max_length = 1024)]
    password: String,
    /// A code of their authenticator, or a recovery code, once `/problems/second-factor-needed` has asked for it.
    code: Option<String>,
}

/// Begins a session: the answer sets its cookie. An unknown address is answered like a wrong password, and as slowly.
#[utoipa::path(
    post,
    path = "/api/v1/session",
    tag = "session",
    request_body = SignIn,
    responses(
        (status = 200, body = SignedInTechnician, headers(("set-cookie" = String, description = "The session."))),
        (status = 401, description = "`/problems/wrong-credentials`; with the right password `/problems/second-factor-needed` or `/problems/wrong-code`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-attempts`: from this address, or at this account. `Retry-After` says how long to wait.", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn sign_in(
    State(front): State<Front>,
    remote: Remote,
    jar: CookieJar,
    Body(asked): Body<SignIn>,
) -> Result<impl IntoResponse, Problem> {
    if !front.settings().password_sign_in {
        return Err(Problem::PasswordsOff);
    }
    if asked.password.len() > PASSWORD_BYTES || asked.email.contains('\0') {
        return Err(Problem::WrongCredentials);
    }
    let attempt = Attempt::at_password(&front, &asked.email, &remote).await?;
    let known = store::technicians::credentials(front.db(), asked.email.trim()).await?;
    let hash = known.as_ref().filter(|known| !known.is_disabled).and_then(|known| known.password_hash.clone());
    let is_right = front.passwords().check(asked.password, hash).await?;
    let Some(technician_id) = known.as_ref().filter(|_| is_right).map(|known| known.technician_id) else {
        let details = json!({ "way": Way::Password, "reason": reason(known.as_ref()) });
        let about = known.map(|known| known.technician_id);
        let deed = audit::by_nobody("sign_in.failed", about, &remote, details);
        store::audit::record(front.db(), &deed).await?;
        return Err(Problem::WrongCredentials);
    };
    let way = Way::Password;
    let second_factor = second_factor::check(&front, technician_id, asked.code.as_deref(), way, &remote).await?;
    attempt.succeeded(&front).await?;
    enter(&front, technician_id, way, second_factor, &remote, &jar).await
}

/// Why a password was wrong, for the audit log.
fn reason(known: Option<&Credentials>) -> &'static str {
    match known {
        None => "unknown_account",
        Some(Credentials { is_disabled: true, .. }) => "disabled",
        Some(Credentials { password_hash: None, .. }) => "no_password",
        Some(_) => "wrong_password",
    }
}

/// Begins the session of a technician who has shown who they are, and says who that is.
pub(super) async fn enter(
    front: &Front,
    technician_id: TechnicianId,
    way: Way,
    second_factor: SecondFactor,
    remote: &Remote,
    jar: &CookieJar,
) -> Result<(AppendHeaders<[(HeaderName, String); 1]>, Json<SignedInTechnician>), Problem> {
    let mut transaction = front.db().begin().await?;
    let technician = store::technicians::one(&mut *transaction, technician_id).await?;
    let technician = technician.filter(|technician| !technician.is_disabled).ok_or(Problem::WrongCredentials)?;
    let entrant = Entrant { technician_id, name: technician.name.clone(), way, second_factor };
    let cookie = session::begin(front, &mut transaction, entrant, remote, jar).await?;
    let lacks_second_factor = store::second_factors::is_lacking(&mut *transaction, technician_id, false).await?;
    transaction.commit().await?;

    let answer = SignedInTechnician {
        technician_id: technician.technician_id,
        name: technician.name,
        email: technician.email,
        rights: technician.rights,
        lacks_second_factor,
    };
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Json(answer)))
}
