//! `GET /api/v1/enrolment-keys`: the keys with which devices enrol.

use axum::Json;
use axum::extract::State;
use broker_config::{CustomerId, EnrolmentKeyId, Line, PolicyId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use store::enrolment::EnrolmentKey;
use utoipa::{IntoParams, ToSchema};

use crate::cursor;
use crate::extract::Query;
use crate::front::Front;
use crate::may::{May, Operate};
use crate::problem::Problem;
use crate::shape::{CustomerName, ProblemDetails};

/// Which keys.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListEnrolmentKeys {
    /// Of this customer alone.
    customer_id: Option<CustomerId>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many at most; 50 when absent, never more than 200.
    limit: Option<u32>,
}

/// A page of enrolment keys, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EnrolmentKeyPage {
    /// The keys.
    enrolment_keys: Vec<EnrolmentKeyShape>,
    /// Where the next page begins, if there is one.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// An enrolment key. The key itself is not kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EnrolmentKey)]
struct EnrolmentKeyShape {
    /// Which.
    enrolment_key_id: EnrolmentKeyId,
    /// What administrators call it; may be empty.
    name: String,
    /// The business whose devices it lets in.
    customer: CustomerName,
    /// The settings that those devices get.
    #[schema(required)]
    policy_id: Option<PolicyId>,
    /// The name of those.
    #[schema(required)]
    policy_name: Option<Line>,
    /// For how many devices; any number when null.
    #[schema(required)]
    uses: Option<i32>,
    /// How many it has let in.
    used: i32,
    /// Until when; for ever when null.
    #[schema(required)]
    expires_at: Option<DateTime<Utc>>,
    /// Whether a machine that is an asset of the customer already may come in again, as that asset.
    lets_in_again: bool,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// The technician who made it; null for the command line.
    #[schema(required)]
    made_by: Option<Line>,
    /// When it was revoked.
    #[schema(required)]
    revoked_at: Option<DateTime<Utc>>,
    /// The technician who revoked it.
    #[schema(required)]
    revoked_by: Option<Line>,
    /// Whether it lets devices in now.
    state: KeyState,
}

/// Whether an enrolment key lets devices in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum KeyState {
    /// It does.
    Good,
    /// It was revoked.
    Revoked,
    /// It has expired.
    Expired,
    /// It has let in as many as it was made for.
    UsedUp,
}

/// Lists enrolment keys, also those that let nobody in any more.
#[utoipa::path(
    get,
    path = "/api/v1/enrolment-keys",
    tag = "devices",
    params(ListEnrolmentKeys),
    responses(
        (status = 200, body = EnrolmentKeyPage),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn list_enrolment_keys(
    State(front): State<Front>,
    _may: May<Operate>,
    Query(asked): Query<ListEnrolmentKeys>,
) -> Result<Json<EnrolmentKeyPage>, Problem> {
    let after = asked.cursor.as_deref().map(cursor::read).transpose()?;
    let limit = cursor::limit(asked.limit);
    let mut rows = store::enrolment::keys_page(front.db(), asked.customer_id, after, limit + 1).await?;
    let next_cursor = cursor::cut_at(&mut rows, limit, |row| row.enrolment_key_id);
    let now = front.now();
    let enrolment_keys = rows.into_iter().map(|row| EnrolmentKeyShape::new(row, now)).collect();
    Ok(Json(EnrolmentKeyPage { enrolment_keys, next_cursor }))
}

impl EnrolmentKeyShape {
    fn new(key: EnrolmentKey, now: DateTime<Utc>) -> Self {
        Self {
            state: state(&key, now),
            enrolment_key_id: key.enrolment_key_id,
            name: key.name,
            customer: CustomerName { customer_id: key.customer_id, name: key.customer_name },
            policy_id: key.policy_id,
            policy_name: key.policy_name,
            uses: key.uses,
            used: key.used,
            expires_at: key.expires_at,
            lets_in_again: key.lets_in_again,
            created_at: key.created_at,
            made_by: key.made_by,
            revoked_at: key.revoked_at,
            revoked_by: key.revoked_by,
        }
    }
}

fn state(key: &EnrolmentKey, now: DateTime<Utc>) -> KeyState {
    if key.revoked_at.is_some() {
        KeyState::Revoked
    } else if key.expires_at.is_some_and(|at| at <= now) {
        KeyState::Expired
    } else if key.uses.is_some_and(|uses| key.used >= uses) {
        KeyState::UsedUp
    } else {
        KeyState::Good
    }
}
