//! `POST /api/v1/session`: a technician signs in.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse};
use axum_extra::extract::cookie::CookieJar;
use serde::Deserialize;
use utoipa::ToSchema;

use super::show_session::SignedInTechnician;
use crate::attempts::{Attempt, PASSWORD_BYTES};
use crate::extract::Body;
use crate::front::Front;
use crate::problem::Problem;
use crate::remote::Remote;
use crate::second_factor;
use crate::session;
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
    if asked.password.len() > PASSWORD_BYTES || asked.email.contains('\0') {
        return Err(Problem::WrongCredentials);
    }
    let attempt = Attempt::at_password(&front, &asked.email, &remote).await?;
    let known = store::technicians::credentials(front.db(), asked.email.trim()).await?;
    let (technician_id, hash) = known.map(|known| (known.technician_id, known.password_hash)).unzip();
    let is_right = front.passwords().check(asked.password, hash).await?;
    let technician_id = technician_id.filter(|_| is_right).ok_or(Problem::WrongCredentials)?;
    second_factor::check(&front, technician_id, asked.code.as_deref()).await?;
    attempt.succeeded(&front).await?;

    let mut transaction = front.db().begin().await?;
    let cookie = session::begin(&front, &mut transaction, technician_id, &remote, &jar).await?;
    let technician = store::technicians::one(&mut *transaction, technician_id).await?;
    transaction.commit().await?;

    let technician = technician.filter(|technician| !technician.is_disabled).ok_or(Problem::WrongCredentials)?;
    let answer = SignedInTechnician {
        technician_id: technician.technician_id,
        name: technician.name,
        email: technician.email,
        rights: technician.rights,
    };
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Json(answer)))
}
