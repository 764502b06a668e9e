//! What a policy sets, each of which it may leave unset.

use broker_config::{Line, MenuEntryId, TechnicianId, Text, TextError};
use serde::{Deserialize, Serialize};

/// What a policy sets. What is unset is inherited from the next farther policy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PolicySettings {
    /// The system tray menu, in the order in which it is shown. An empty one is set, too.
    pub menu: Option<Vec<PolicyEntry>>,
    /// What Live Chat entries are like that do not say so themselves.
    pub live_chat: LiveChatSettings,
}

impl PolicySettings {
    /// Whom it gives chats, in the order in which it names them.
    #[must_use]
    pub fn assignees(&self) -> Vec<TechnicianId> {
        let entries = self.menu.iter().flatten().map(|entry| match entry {
            PolicyEntry::LiveChat { assignment, .. } => *assignment,
            PolicyEntry::Link { .. } | PolicyEntry::Separator => None,
        });
        let assignments = entries.chain([self.live_chat.assignment]);
        let technicians = assignments.filter_map(|assignment| match assignment? {
            Assignment::Nobody => None,
            Assignment::Technician { technician_id } => Some(technician_id),
        });
        technicians.collect()
    }

    /// The part of it that devices show. A change of the rest is none of theirs.
    #[must_use]
    pub fn shown(&self) -> Self {
        let entry = |entry: &PolicyEntry| match entry.clone() {
            PolicyEntry::LiveChat { entry_id, title, is_on, .. } => {
                PolicyEntry::live_chat(entry_id, LiveChatSettings { title, is_on, ..LiveChatSettings::default() })
            }
            other @ (PolicyEntry::Link { .. } | PolicyEntry::Separator) => other,
        };
        let LiveChatSettings { title, is_on, .. } = self.live_chat.clone();
        Self {
            menu: self.menu.as_ref().map(|menu| menu.iter().map(entry).collect()),
            live_chat: LiveChatSettings { title, is_on, ..LiveChatSettings::default() },
        }
    }
}

/// What can be set about a Live Chat entry.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct LiveChatSettings {
    /// What the client reads in the menu.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Line>,
    /// What is said when nobody answers in time; nothing when empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unavailable_message: Option<UnavailableMessage>,
    /// Who gets a new chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignment: Option<Assignment>,
    /// After how many seconds without an answer the message is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unavailable_seconds: Option<UnavailableSeconds>,
    /// Whether the entry is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_on: Option<bool>,
}

/// One entry of a policy's menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum PolicyEntry {
    /// Opens the chat. What it leaves unset is inherited like what a policy leaves unset.
    LiveChat {
        /// The entry, as `opened` names it.
        entry_id: MenuEntryId,
        /// What the client reads in the menu.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<Line>,
        /// What is said when nobody answers in time; nothing when empty.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unavailable_message: Option<UnavailableMessage>,
        /// Who gets a new chat.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        assignment: Option<Assignment>,
        /// After how many seconds without an answer the message is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unavailable_seconds: Option<UnavailableSeconds>,
        /// Whether the entry is shown.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        is_on: Option<bool>,
    },
    /// Opens a web page.
    Link {
        /// The entry.
        entry_id: MenuEntryId,
        /// What the client reads in the menu.
        title: Line,
        /// An `http` or `https` address.
        url: Line,
    },
    /// A line between entries.
    Separator,
}

impl PolicyEntry {
    /// A Live Chat entry that sets this much itself.
    #[must_use]
    pub fn live_chat(entry_id: MenuEntryId, settings: LiveChatSettings) -> Self {
        let LiveChatSettings { title, unavailable_message, assignment, unavailable_seconds, is_on } = settings;
        Self::LiveChat { entry_id, title, unavailable_message, assignment, unavailable_seconds, is_on }
    }
}

/// Who gets a new chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Assignment {
    /// It stays unassigned until somebody takes it.
    Nobody,
    /// This technician, if they may chat at that time.
    Technician {
        /// Who.
        technician_id: TechnicianId,
    },
}

/// What is said when nobody answers in time: 16 KiB of any text but NUL, or nothing when it is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, max_length = 16384))]
#[serde(try_from = "String", into = "String")]
pub struct UnavailableMessage(Option<Text>);

impl UnavailableMessage {
    /// Takes a message.
    ///
    /// # Errors
    /// When it is neither empty nor a [`Text`].
    pub fn new(message: impl Into<String>) -> Result<Self, TextError> {
        match Text::new(message) {
            Ok(text) => Ok(Self(Some(text))),
            Err(TextError::Empty) => Ok(Self(None)),
            Err(error) => Err(error),
        }
    }

    /// What to say, if anything.
    #[must_use]
    pub fn text(&self) -> Option<&Text> {
        self.0.as_ref()
    }
}

impl TryFrom<String> for UnavailableMessage {
    type Error = TextError;

    fn try_from(message: String) -> Result<Self, TextError> {
        Self::new(message)
    }
}

impl From<UnavailableMessage> for String {
    fn from(message: UnavailableMessage) -> Self {
        message.0.map(Self::from).unwrap_or_default()
    }
}

/// A number of seconds from 1 up to a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = u32, minimum = 1, maximum = 86400))]
#[serde(try_from = "u32", into = "u32")]
pub struct UnavailableSeconds(u32);

impl UnavailableSeconds {
    /// What it is when no policy says.
    pub const BUILT_IN: Self = Self(180);

    /// The longest.
    pub const MAX: u32 = 86_400;

    /// The number.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

/// The number of seconds is none that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unavailable_seconds must be from 1 to {}", UnavailableSeconds::MAX)]
pub struct SecondsOutOfRange;

impl TryFrom<u32> for UnavailableSeconds {
    type Error = SecondsOutOfRange;

    fn try_from(seconds: u32) -> Result<Self, SecondsOutOfRange> {
        if (1..=Self::MAX).contains(&seconds) { Ok(Self(seconds)) } else { Err(SecondsOutOfRange) }
    }
}

impl From<UnavailableSeconds> for u32 {
    fn from(seconds: UnavailableSeconds) -> Self {
        seconds.0
    }
}
