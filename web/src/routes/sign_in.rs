//! `POST /api/v1/session`: a technician signs in.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse};
use serde::Deserialize;
use utoipa::ToSchema;

use super::show_session::SignedInTechnician;
use crate::extract::Body;
use crate::front::Front;
use crate::problem::Problem;
use crate::secret::Secret;
use crate::shape::ProblemDetails;
use crate::signed_in;

/// Longer passwords are refused before they are hashed.
const PASSWORD_BYTES: usize = 1024;

/// What a technician signs in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    /// Their address, in any case.
    email: String,
    /// Their password.
    #[schema(format = Password, max_length = 1024)]
    password: String,
}

/// Begins a session: the answer sets its cookie. An unknown address is answered like a wrong password, and as slowly.
#[utoipa::path(
    post,
    path = "/api/v1/session",
    tag = "session",
    request_body = SignIn,
    responses(
        (status = 200, body = SignedInTechnician, headers(("set-cookie" = String, description = "The session."))),
        (status = 401, description = "`/problems/wrong-credentials`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn sign_in(
    State(front): State<Front>,
    Body(asked): Body<SignIn>,
) -> Result<impl IntoResponse, Problem> {
    if asked.password.len() > PASSWORD_BYTES || asked.email.contains('\0') {
        return Err(Problem::WrongCredentials);
    }
    let known = store::technicians::credentials(front.db(), asked.email.trim()).await?;
    let (technician_id, hash) = known.map(|known| (known.technician_id, known.password_hash)).unzip();
    let is_right = front.passwords().check(asked.password, hash).await?;
    let technician_id = technician_id.filter(|_| is_right).ok_or(Problem::WrongCredentials)?;

    let (now, lasts) = (front.now(), front.settings().session);
    let token = Secret::new("");
    let mut transaction = front.db().begin().await?;
    store::sessions::forget_expired(&mut *transaction, technician_id, now).await?;
    store::sessions::begin(&mut *transaction, &token.hash(), technician_id, now, now + lasts).await?;
    let technician = store::sessions::technician(&mut *transaction, &token.hash(), now).await?;
    transaction.commit().await?;

    let technician = technician.ok_or(Problem::WrongCredentials)?;
    let cookie = signed_in::session_cookie(&token, lasts, front.settings().is_https);
    let answer = SignedInTechnician {
        technician_id: technician.technician_id,
        name: technician.name,
        email: technician.email,
        is_admin: technician.is_admin,
        can_chat: technician.can_chat,
    };
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Json(answer)))
}
