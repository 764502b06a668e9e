//! What technicians may do.

use serde::{Deserialize, Serialize};

/// One thing that a technician may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// Use chat. Without it there are no chats for a technician, whatever else they may do with them.
    UseChat,
    /// See every chat; without it, only their own and those that nobody has.
    SeeAllChats,
    /// Start chats.
    StartChats,
    /// Say and note something in chats, and take one that nobody has.
    Reply,
    /// Change who has a chat.
    ReassignChats,
    /// Close chats.
    CloseChats,
    /// Create tickets and work on them.
    CreateTickets,
    /// Read archived chats.
    ReadArchive,
    /// Export chats.
    ExportChats,
    /// Manage customers, contacts, assets and groups of assets.
    ManageDirectory,
    /// Manage policies and canned replies.
    ManagePolicies,
    /// Manage technicians and security groups. Whoever has it can give themselves every other right.
    ManageTechnicians,
    /// See and change the notification settings of others, and see what was sent to them.
    ManageNotifications,
    /// See the audit log.
    SeeAuditLog,
    /// Let devices in, see how the installation works, and say what everybody is shown.
    Operate,
}

impl Right {
    /// Every right, in the order in which they are listed.
    pub const ALL: [Self; 15] = [
        Self::UseChat,
        Self::SeeAllChats,
        Self::StartChats,
        Self::Reply,
        Self::ReassignChats,
        Self::CloseChats,
        Self::CreateTickets,
        Self::ReadArchive,
        Self::ExportChats,
        Self::ManageDirectory,
        Self::ManagePolicies,
        Self::ManageTechnicians,
        Self::ManageNotifications,
        Self::SeeAuditLog,
        Self::Operate,
    ];

    /// Its name in the API and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::UseChat => "use_chat",
            Self::SeeAllChats => "see_all_chats",
            Self::StartChats => "start_chats",
            Self::Reply => "reply",
            Self::ReassignChats => "reassign_chats",
            Self::CloseChats => "close_chats",
            Self::CreateTickets => "create_tickets",
            Self::ReadArchive => "read_archive",
            Self::ExportChats => "export_chats",
            Self::ManageDirectory => "manage_directory",
            Self::ManagePolicies => "manage_policies",
            Self::ManageTechnicians => "manage_technicians",
            Self::ManageNotifications => "manage_notifications",
            Self::SeeAuditLog => "see_audit_log",
            Self::Operate => "operate",
        }
    }

    fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// A set of rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<Right>", into = "Vec<Right>")]
pub struct Rights(u32);

impl Rights {
    /// No right.
    pub const NONE: Self = Self(0);

    /// Every right.
    #[must_use]
    pub fn all() -> Self {
        Right::ALL.into_iter().collect()
    }

    /// Whether `right` is one of them.
    #[must_use]
    pub fn has(self, right: Right) -> bool {
        self.0 & right.bit() != 0
    }

    /// The rights that are in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The rights, in the order in which they are listed.
    pub fn iter(self) -> impl Iterator<Item = Right> {
        Right::ALL.into_iter().filter(move |right| self.has(*right))
    }

    /// Their names, as the database has them.
    #[must_use]
    pub fn names(self) -> Vec<String> {
        self.iter().map(|right| right.name().to_owned()).collect()
    }

    /// The rights of these names. Names that are not known give nothing: they are of a later version.
    #[must_use]
    pub fn of_names(names: &[String]) -> Self {
        Right::ALL.into_iter().filter(|right| names.iter().any(|name| name == right.name())).collect()
    }
}

impl FromIterator<Right> for Rights {
    fn from_iter<T: IntoIterator<Item = Right>>(rights: T) -> Self {
        Self(rights.into_iter().fold(0, |bits, right| bits | right.bit()))
    }
}

impl From<Vec<Right>> for Rights {
    fn from(rights: Vec<Right>) -> Self {
        rights.into_iter().collect()
    }
}

impl From<Rights> for Vec<Right> {
    fn from(rights: Rights) -> Self {
        rights.iter().collect()
    }
}

impl From<Vec<String>> for Rights {
    fn from(names: Vec<String>) -> Self {
        Self::of_names(&names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_what_is_in_it_and_a_word_that_is_not_known_gives_nothing() {
        let some: Rights = [Right::Operate, Right::UseChat].into_iter().collect();
        assert_eq!(some.names(), ["use_chat", "operate"]);
        assert_eq!(serde_json::to_string(&some).ok().as_deref(), Some(r#"["use_chat","operate"]"#));
        assert_eq!(Rights::of_names(&["operate".into(), "fly".into(), "use_chat".into()]), some);
        assert_eq!(some.and([Right::UseChat, Right::Reply].into_iter().collect()).names(), ["use_chat"]);
        assert_eq!(Right::ALL.map(|right| some.has(right)).iter().filter(|has| **has).count(), 2);
        for right in Right::ALL {
            assert_eq!(serde_json::to_value(right).ok(), Some(right.name().into()));
            assert!(Rights::all().has(right) && !Rights::NONE.has(right));
        }
    }
}
