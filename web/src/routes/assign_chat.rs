//! `PUT /api/v1/chats/{chat_id}/assignment`: a technician takes a chat, gives it to another, or lets go of it.

use axum::Json;
use axum::extract::State;
use broker_config::{AppendError, Assigned, Assignee, ChatId, ChatSubject, Fact, Leaf, TechnicianId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::rights::Right;
use utoipa::ToSchema;

use crate::extract::{Body, Path};
use crate::front::Front;
use crate::may::{May, UseChat};
use crate::problem::{Problem, Thing};
use crate::shape::ProblemDetails;
use crate::{audit, chat};

/// Whom to give the chat.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssignChat {
    /// Who gets it; nobody when null.
    #[schema(required)]
    technician_id: Option<TechnicianId>,
    /// The chat's `assigned_seq` as the technician saw it. If it is another by now, nothing changes.
    expected_seq: u64,
}

/// Who has the chat now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AssignedChat {
    /// Who.
    #[schema(required)]
    assigned_to: Option<Assignee>,
    /// What the next assignment must expect.
    assigned_seq: u64,
}

/// Assigns a chat, unless somebody was first. Whoever may reply takes one that nobody has; everything else takes the right to
/// re-assign.
#[utoipa::path(
    put,
    path = "/api/v1/chats/{chat_id}/assignment",
    tag = "chats",
    params(("chat_id" = ChatId, Path, description = "Which chat.")),
    request_body = AssignChat,
    responses(
        (status = 200, body = AssignedChat),
        (status = 403, description = "`/problems/no-chat-rights` or `/problems/missing-right`, with the `right`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "`/problems/no-such-chat` or `/problems/no-such-technician`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "`/problems/assigned-meanwhile`, with who has it, or `/problems/chat-closed`", body = ProblemDetails, content_type = "application/problem+json"),
        (status = "default", body = ProblemDetails, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn assign_chat(
    State(front): State<Front>,
    May { technician, .. }: May<UseChat>,
    Path(chat_id): Path<ChatId>,
    Body(asked): Body<AssignChat>,
) -> Result<Json<AssignedChat>, Problem> {
    let takes = asked.technician_id == Some(technician.technician_id);
    if !technician.rights.has(Right::ReassignChats) {
        technician.demand(if takes { Right::Reply } else { Right::ReassignChats })?;
    }
    let found = chat::find(&front, &technician, chat_id, None).await?;
    let open = chat::open(&front, chat_id, found).await?;
    let to = match asked.technician_id {
        Some(technician_id) => Some(assignee(&front, technician_id).await?),
        None => None,
    };

    let subject = open.subject(Leaf::Assigned);
    if !technician.rights.has(Right::ReassignChats) {
        check_unassigned(&front, &subject).await?;
    }
    let assigned = Fact::Assigned(Assigned { to: to.clone(), by: technician.author() });
    match front.log().append_after(&subject, &subject.to_string(), asked.expected_seq, &assigned).await {
        Ok(appended) => {
            let details = json!({ "assigned_to": asked.technician_id });
            audit::note(&front, &technician.does("chat.assigned", ("chat", chat_id), details)).await;
            Ok(Json(AssignedChat { assigned_to: to, assigned_seq: appended.seq }))
        }
        Err(AppendError::Conflict) => Err(who_has(&front, &subject).await?),
        Err(error) => Err(error.into()),
    }
}

async fn assignee(front: &Front, technician_id: TechnicianId) -> Result<Assignee, Problem> {
    let name = store::technicians::chat_name(front.db(), technician_id).await?;
    Ok(Assignee { technician_id, name: name.ok_or(Problem::NoSuch(Thing::Technician))? })
}

/// Refuses to change who has the chat, if anybody has it by the log: the compare-and-set decides what happens meanwhile.
async fn check_unassigned(front: &Front, subject: &ChatSubject) -> Result<(), Problem> {
    match who_has(front, subject).await? {
        Problem::AssignedMeanwhile { assigned_to: None, .. } => Ok(()),
        _ => Err(Problem::MissingRight(Right::ReassignChats)),
    }
}

/// The refusal, with who has the chat by the log.
async fn who_has(front: &Front, subject: &ChatSubject) -> Result<Problem, Problem> {
    let last = front.log().last(&subject.to_string()).await?;
    let assigned_seq = last.as_ref().map_or(0, |last| last.seq);
    let assigned_to = last.and_then(|last| match last.fact {
        Fact::Assigned(assigned) => assigned.to,
        _ => None,
    });
    Ok(Problem::AssignedMeanwhile { assigned_to, assigned_seq })
}
