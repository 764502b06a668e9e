//! `GET /api/v1/policies`: the settings for assets.

use axum::Json;
use axum::extract::State;
use broker_config::{Line, PolicyId};
use serde::Serialize;
use store::policies::{LiveChatSettings, PolicyEntry};
use utoipa::ToSchema;

use crate::front::Front;
use crate::problem::Problem;
use crate::shape::ProblemDetails;
use crate::signed_in::SignedIn;

/// Every policy.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PolicyList {
    /// The policies, by name.
    policies: Vec<Policy>,
}

/// Settings for assets. What is null or absent in it is inherited.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "one name per thing everywhere")]
pub(crate) struct Policy {
    /// Which.
    pub policy_id: PolicyId,
    /// Its name.
    pub name: Line,
    /// The system tray menu, in the order in which it is shown.
    #[schema(required)]
    pub menu: Option<Vec<PolicyEntry>>,
    /// What Live Chat entries are like that do not say so themselves.
    pub live_chat: LiveChatSettings,
}

impl From<store::policies::Policy> for Policy {
    fn from(policy: store::policies::Policy) -> Self {
        let store::policies::Policy { policy_id, name, settings } = policy;
        Self { policy_id, name, menu: settings.menu, live_chat: settings.live_chat }
    }
}

/// Lists every policy.
#[utoipa::path(
    get,
    path = "/api/v1/policies",
    tag = "policies",
    responses(
        (status = 200, body = PolicyList),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn list_policies(
    State(front): State<Front>,
    _technician: SignedIn,
) -> Result<Json<PolicyList>, Problem> {
    let rows = store::policies::all(front.db()).await?;
    Ok(Json(PolicyList { policies: rows.into_iter().map(Policy::from).collect() }))
}
