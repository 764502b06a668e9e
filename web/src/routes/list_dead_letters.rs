//! `GET /api/v1/dead-letters`: what no worker could handle.

use axum::Json;
use axum::extract::State;
use broker_config::Buried;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::extract::Query;
use crate::front::Front;
use crate::may::{May, Operate};
use crate::problem::Problem;
use crate::shape::ProblemDetails;

/// From where on.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListDeadLetters {
    /// The `next_after` of the page before.
    after: Option<u64>,
}

/// A page of dead letters, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeadLetterList {
    /// The letters, at most 100.
    dead_letters: Vec<Letter>,
    /// Where the next page begins; nothing when this one is empty.
    next_after: Option<u64>,
}

/// A message that a worker could not handle, without the message itself.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "one name per thing everywhere")]
struct Letter {
    /// By which `trayline dead` knows it.
    letter_seq: u64,
    /// The worker, or the one of its consumers.
    worker: String,
    /// When it was put among the dead letters.
    buried_at: DateTime<Utc>,
    /// Why.
    reason: String,
    /// The stream that has the message.
    stream: String,
    /// The message's place there.
    seq: u64,
    /// Its subject.
    subject: String,
    /// When the broker stored it.
    at: DateTime<Utc>,
}

/// Lists dead letters. `trayline dead` shows their messages, and replays and discards them.
#[utoipa::path(
    get,
    path = "/api/v1/dead-letters",
    tag = "system",
    params(ListDeadLetters),
    responses(
        (status = 200, body = DeadLetterList),
        (status = 403, description = "`/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn list_dead_letters(
    State(front): State<Front>,
    _may: May<Operate>,
    Query(asked): Query<ListDeadLetters>,
) -> Result<Json<DeadLetterList>, Problem> {
    let letters = front.log().dead_letters(asked.after.unwrap_or_default()).await?;
    let next_after = letters.last().map(|last| last.letter_seq);
    Ok(Json(DeadLetterList { dead_letters: letters.into_iter().map(Letter::from).collect(), next_after }))
}

impl From<Buried> for Letter {
    fn from(Buried { letter_seq, buried_at, consumer, letter }: Buried) -> Self {
        Self {
            letter_seq,
            worker: consumer,
            buried_at,
            reason: letter.reason,
            stream: letter.stream,
            seq: letter.seq,
            subject: letter.subject,
            at: letter.at,
        }
    }
}
