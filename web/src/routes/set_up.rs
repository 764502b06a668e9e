//! `POST /api/v1/setup`: somebody becomes the first administrator.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use axum_extra::extract::cookie::CookieJar;
use broker_config::Line;
use serde::Deserialize;
use store::rights::Rights;
use store::setup::{FirstAdmin, SetUp as Outcome};
use utoipa::ToSchema;

use super::show_session::SignedInTechnician;
use crate::attempts;
use crate::extract::Body;
use crate::front::Front;
use crate::problem::Problem;
use crate::remote::Remote;
use crate::session::{self, Entrant, SecondFactor, Way};
use crate::shape::ProblemDetails;
use crate::typed_code::TypedCode;

/// The first administrator.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetUp {
    /// The code that `trayline up`, `trayline web` or `trayline admin setup-code` has shown.
    code: String,
    /// Their name.
    name: Line,
    /// The address that they sign in with.
    email: Line,
    /// Their password.
    #[schema(format = Password, min_length = 12, max_length = 1024)]
    password: String,
}

/// Makes the first administrator of a new installation, and signs them in.
#[utoipa::path(
    post,
    path = "/api/v1/setup",
    tag = "setup",
    request_body = SetUp,
    responses(
        (status = 201, body = SignedInTechnician, headers(("set-cookie" = String, description = "The session."))),
        (status = 400, description = "`/problems/password-refused`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "`/problems/wrong-setup-code`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/already-set-up`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "`/problems/too-many-attempts`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn set_up(
    State(front): State<Front>,
    remote: Remote,
    jar: CookieJar,
    Body(asked): Body<SetUp>,
) -> Result<impl IntoResponse, Problem> {
    let SetUp { code, name, email, password } = asked;
    attempts::at_setup_code(&front, &remote).await?;
    if !store::setup::is_needed(front.db()).await? {
        return Err(Problem::AlreadySetUp);
    }
    let password_hash = front.passwords().accept(password, vec![name.to_string(), email.to_string()]).await?;

    let mut transaction = front.db().begin().await?;
    let admin = FirstAdmin { name: &name, email: &email, password_hash: &password_hash };
    let technician_id = match store::setup::set_up(&mut transaction, &TypedCode::hash_of(&code), &admin).await? {
        Outcome::Done(technician_id) => technician_id,
        Outcome::WrongCode => return Err(Problem::WrongSetupCode),
        Outcome::AlreadyDone => return Err(Problem::AlreadySetUp),
    };
    let (way, second_factor) = (Way::SetUpCode, SecondFactor::None);
    let entrant = Entrant { technician_id, name: name.clone(), way, second_factor };
    let cookie = session::begin(&front, &mut transaction, entrant, &remote, &jar).await?;
    transaction.commit().await?;

    let (rights, lacks_second_factor) = (Rights::all(), false);
    let answer = SignedInTechnician { technician_id, name, email, rights, lacks_second_factor };
    Ok((StatusCode::CREATED, AppendHeaders([(header::SET_COOKIE, cookie)]), Json(answer)))
}
