//! Notices: what a technician is told of a chat, and by which rule.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{ChatId, NoticeId};

/// On what occasion a technician is told of a chat. Each has channels of its own in that technician's settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(type_name = "text", rename_all = "snake_case"))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NotificationRule {
    /// The client wrote in a chat of theirs while they had no tab open.
    UnreadOffline,
    /// ... while they had one.
    UnreadOnline,
    /// The client wrote in a chat that nobody has while they had no tab open.
    UnassignedOffline,
    /// ... while they had one.
    UnassignedOnline,
    /// Somebody else gave them a chat.
    AssignedToMe,
    /// A client waits for an answer longer than they want to let one wait.
    WaitedLonger,
}

impl NotificationRule {
    /// Every rule, in the order in which settings list them.
    pub const ALL: [Self; 6] = [
        Self::UnreadOffline,
        Self::UnreadOnline,
        Self::UnassignedOffline,
        Self::UnassignedOnline,
        Self::AssignedToMe,
        Self::WaitedLonger,
    ];

    /// The rules about a new message: one message fires at most one of them for one technician.
    pub const OF_MESSAGES: [Self; 4] =
        [Self::UnreadOffline, Self::UnreadOnline, Self::UnassignedOffline, Self::UnassignedOnline];

    /// Its name on the wire and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::UnreadOffline => "unread_offline",
            Self::UnreadOnline => "unread_online",
            Self::UnassignedOffline => "unassigned_offline",
            Self::UnassignedOnline => "unassigned_online",
            Self::AssignedToMe => "assigned_to_me",
            Self::WaitedLonger => "waited_longer",
        }
    }
}

impl fmt::Display for NotificationRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A rule fired for a technician. Repeats have the same `notice_id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notice {
    /// Which.
    pub notice_id: NoticeId,
    /// The chat that it is about.
    pub chat_id: ChatId,
    /// The rule that fired.
    pub rule: NotificationRule,
    /// When.
    pub at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_has_one_name_everywhere() {
        for rule in NotificationRule::ALL {
            assert_eq!(serde_json::to_value(rule).unwrap(), rule.name());
        }
    }
}
