//! `GET /api/v1/live`: the live socket.

use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{State, WebSocketUpgrade};
use axum::response::Response;
use broker_config::TabId;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::extract::Query;
use crate::front::Front;
use crate::live::{self, LiveEvent};
use crate::may::{May, UseChat};
use crate::problem::Problem;
use crate::shape::ProblemDetails;

/// Where to begin, and which tab asks.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OpenLive {
    /// Every fact after this sequence; only what comes from now on when absent.
    after: Option<u64>,
    /// The tab's id, a UUID that it made itself and keeps while it is reloaded. The server makes one when absent.
    tab: Option<TabId>,
}

/// Opens a WebSocket on which the server says what happens, one `LiveEvent` per text frame. A browser says `LiveWord`s, one
/// per text frame, and answers pings; after 45 seconds without an answer its socket is closed.
#[utoipa::path(
    get,
    path = "/api/v1/live",
    tag = "live",
    params(OpenLive),
    responses(
        (status = 101, description = "A WebSocket with one event per text frame.", body = LiveEvent),
        (status = 403, description = "`/problems/foreign-origin` or `/problems/no-chat-rights`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn open_live(
    State(front): State<Front>,
    May { technician, .. }: May<UseChat>,
    Query(asked): Query<OpenLive>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let upgrade = upgrade.map_err(|rejection| Problem::Malformed(rejection.body_text()))?;
    live::open(front, technician, asked.after, asked.tab, upgrade).await
}
