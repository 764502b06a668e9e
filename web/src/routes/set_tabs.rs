//! `PUT /api/v1/installation/tabs`: says which optional tabs the front has.

use axum::Json;
use axum::extract::State;
use serde_json::json;

use super::show_tabs::Tabs;
use crate::extract::Body;
use crate::front::Front;
use crate::may::{May, Operate};
use crate::problem::Problem;
use crate::shape::ProblemDetails;

/// Says which optional tabs the front has, for everybody.
#[utoipa::path(
    put,
    path = "/api/v1/installation/tabs",
    tag = "installation",
    request_body = Tabs,
    responses(
        (status = 200, body = Tabs),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn set_tabs(
    State(front): State<Front>,
    May { technician, .. }: May<Operate>,
    Body(asked): Body<Tabs>,
) -> Result<Json<Tabs>, Problem> {
    let mut transaction = front.db().begin().await?;
    store::installation::set_chat_tab(&mut *transaction, asked.chat).await?;
    let deed = technician.does("tabs.changed", ("installation", "tabs"), json!({ "chat": asked.chat }));
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    Ok(Json(asked))
}
