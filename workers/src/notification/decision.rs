//! Which rules a chat, as it is, fires for one technician. Whether they have fired before is for the claims to know.

use broker_config::{Author, NotificationRule, TechnicianId};
use chrono::{DateTime, TimeDelta, Utc};

use crate::chat_state::ChatState;

/// One technician, as the rules see them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "one name per thing everywhere")]
pub(super) struct Technician {
    pub technician_id: TechnicianId,
    pub is_online: bool,
    /// How long they let a client wait before they want to hear of it; `None` when they do not.
    pub patience: Option<TimeDelta>,
}

/// What fires, and when to look again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Decision {
    /// The rules, each with the sequence of the fact that it is about.
    pub fires: Vec<(NotificationRule, u64)>,
    /// When the client will have waited for longer than the technician lets them.
    pub look_again_at: Option<DateTime<Utc>>,
}

/// What an open chat fires for a technician at `now`, and in a closed one nothing. Of the rules about messages it is one
/// at most: those about unread messages are for whoever has the chat, those about unassigned ones for everybody while nobody
/// has it.
pub(super) fn decide(chat: &ChatState, technician: &Technician, now: DateTime<Utc>) -> Decision {
    if !chat.is_open() {
        return Decision::default();
    }
    let mut decision = Decision::default();
    if let Some(rule) = of_messages(chat, technician) {
        decision.fires.push((rule, chat.last_client_seq));
    }
    if was_given(chat, technician.technician_id) {
        decision.fires.push((NotificationRule::AssignedToMe, chat.assigned_seq));
    }
    if let (Some(waiting), Some(patience), true) = (chat.waiting, technician.patience, concerns(chat, technician)) {
        let late_at = waiting.since + patience;
        if late_at <= now {
            decision.fires.push((NotificationRule::WaitedLonger, waiting.since_seq));
        } else {
            decision.look_again_at = Some(late_at);
        }
    }
    decision
}

fn of_messages(chat: &ChatState, technician: &Technician) -> Option<NotificationRule> {
    if !concerns(chat, technician) || !chat.is_unread_for(technician.technician_id) {
        return None;
    }
    Some(match (chat.assignee().is_some(), technician.is_online) {
        (true, false) => NotificationRule::UnreadOffline,
        (true, true) => NotificationRule::UnreadOnline,
        (false, false) => NotificationRule::UnassignedOffline,
        (false, true) => NotificationRule::UnassignedOnline,
    })
}

/// Whether the chat is theirs, or nobody's.
fn concerns(chat: &ChatState, technician: &Technician) -> bool {
    chat.assignee().is_none_or(|assignee| assignee == technician.technician_id)
}

/// Whether somebody else gave the chat to the technician. A policy gives a chat that the technician began to its beginner.
fn was_given(chat: &ChatState, technician_id: TechnicianId) -> bool {
    let is_them =
        |author: &Author| matches!(author, Author::Technician { technician_id: by, .. } if *by == technician_id);
    let Some(assigned) = &chat.assigned else { return false };
    let began_it = chat.opened.as_ref().is_some_and(|opened| is_them(&opened.by));
    let by_themselves = match &assigned.by {
        Author::Technician { .. } => is_them(&assigned.by),
        Author::Policy | Author::System | Author::Client { .. } => began_it,
    };
    chat.assignee() == Some(technician_id) && !by_themselves
}

#[cfg(test)]
mod tests;
