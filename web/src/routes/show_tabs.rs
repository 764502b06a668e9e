//! `GET /api/v1/installation/tabs`: which optional tabs the front has.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::front::Front;
use crate::problem::Problem;
use crate::shape::ProblemDetails;
use crate::signed_in::SignedIn;

/// Which optional tabs the front has, for everybody.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tabs {
    /// Whether it has the tab "Chat".
    pub chat: bool,
}

/// Shows which optional tabs the front has.
#[utoipa::path(
    get,
    path = "/api/v1/installation/tabs",
    tag = "installation",
    responses(
        (status = 200, body = Tabs),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn show_tabs(State(front): State<Front>, _technician: SignedIn) -> Result<Json<Tabs>, Problem> {
    Ok(Json(Tabs { chat: store::installation::chat_tab(front.db()).await? }))
}
