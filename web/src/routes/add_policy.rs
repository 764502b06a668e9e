//! `POST /api/v1/policies`: adds a policy.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use broker_config::Line;
use serde::Deserialize;
use serde_json::json;
use store::policies::{LiveChatSettings, PolicyEntry, PolicySettings};
use utoipa::ToSchema;

use super::list_policies::Policy;
use crate::extract::Body;
use crate::front::Front;
use crate::may::{ManagePolicies, May};
use crate::menu;
use crate::problem::Problem;
use crate::shape::ProblemDetails;

/// A policy, as it shall be. What is null or absent is inherited.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WritePolicy {
    /// Its name.
    pub name: Line,
    /// The system tray menu, in the order in which it is shown.
    pub menu: Option<Vec<PolicyEntry>>,
    /// What Live Chat entries are like that do not say so themselves.
    #[serde(default)]
    pub live_chat: LiveChatSettings,
}

impl WritePolicy {
    /// The name, and what the policy sets.
    pub fn into_parts(self) -> (Line, PolicySettings) {
        (self.name, PolicySettings { menu: self.menu, live_chat: self.live_chat })
    }
}

/// Adds a policy.
#[utoipa::path(
    post,
    path = "/api/v1/policies",
    tag = "policies",
    request_body = WritePolicy,
    responses(
        (status = 201, body = Policy),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-technician`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn add_policy(
    State(front): State<Front>,
    May { technician, .. }: May<ManagePolicies>,
    Body(asked): Body<WritePolicy>,
) -> Result<(StatusCode, Json<Policy>), Problem> {
    let (name, settings) = asked.into_parts();
    menu::check(&front, &settings).await?;
    let mut transaction = front.db().begin().await?;
    let policy_id = store::policies::add(&mut *transaction, &name, &settings).await?;
    let deed = technician.does("policy.added", ("policy", policy_id), json!({ "name": name }));
    store::audit::record(&mut *transaction, &deed).await?;
    transaction.commit().await?;
    Ok((StatusCode::CREATED, Json(store::policies::Policy { policy_id, name, settings }.into())))
}
