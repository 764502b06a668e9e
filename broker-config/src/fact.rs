//! Facts: what is stored on a chat's subjects, one struct each. The subject says who wrote it, the payload what it
//! says. `kind` carries the version; a published kind never changes shape.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{ChatId, ChatSubject, Leaf, Line, MenuEntryId, MessageId, TechnicianId, Text, TicketId};

/// Anything a chat's log can say, tagged by `kind`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind")]
pub enum Fact {
    /// A chat began.
    #[serde(rename = "opened.v1")]
    Opened(Opened),
    /// A chat ended and is archived.
    #[serde(rename = "closed.v1")]
    Closed(Closed),
    /// Somebody said something to the other side.
    #[serde(rename = "said.v1")]
    Said(Said),
    /// A technician noted something that devices never see.
    #[serde(rename = "noted.v1")]
    Noted(Noted),
    /// A chat got, changed or lost its technician.
    #[serde(rename = "assigned.v1")]
    Assigned(Assigned),
    /// A reader has read up to a sequence.
    #[serde(rename = "read.v1")]
    Read(Read),
    /// A ticket was made from the chat.
    #[serde(rename = "ticketed.v1")]
    Ticketed(Ticketed),
}

/// A chat began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Opened {
    /// Who began it.
    pub by: Author,
    /// The menu entry that the client chose, if the client began it from a menu.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_id: Option<MenuEntryId>,
}

/// A chat ended and is archived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Closed {
    /// Who ended it.
    pub by: Author,
}

/// Somebody said something to the other side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Said {
    /// The sender's own id for it: the same in every attempt to send it.
    pub message_id: MessageId,
    /// Who said it.
    pub by: Author,
    /// What was said.
    pub text: Text,
    /// When it was written, by the sender's clock, which may be wrong. The broker's time is the one that counts.
    pub written_at: DateTime<Utc>,
}

/// A technician noted something that devices never see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Noted {
    /// The sender's own id for it: the same in every attempt to send it.
    pub message_id: MessageId,
    /// Who noted it.
    pub by: Author,
    /// What was noted.
    pub text: Text,
    /// When it was written, by the sender's clock.
    pub written_at: DateTime<Utc>,
}

/// A chat got, changed or lost its technician.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Assigned {
    /// Who has the chat now; nobody when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Assignee>,
    /// Who decided it.
    pub by: Author,
}

/// The technician who has a chat, with the name to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Assignee {
    /// Who.
    pub technician_id: TechnicianId,
    /// Their name at the time.
    pub name: Line,
}

/// A reader has read up to a sequence. The subject says which reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Read {
    /// The sequence of the last fact that was read.
    pub upto: u64,
}

/// A ticket was made from the chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ticketed {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Its number, as people say it.
    pub number: u64,
    /// Who made it.
    pub by: Author,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Author {
    /// The person at the device.
    Client {
        /// The user of the operating system's session in which they wrote.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session_user: Option<Line>,
    },
    /// A technician.
    Technician {
        /// Who.
        technician_id: TechnicianId,
        /// Their name at the time, as devices may show it.
        name: Line,
    },
    /// The policy of the asset.
    Policy,
    /// Trayline itself.
    System,
}

impl Fact {
    /// Reads a payload.
    ///
    /// # Errors
    /// [`DecodeError::UnknownKind`] for a kind of a later version, [`DecodeError::Malformed`] for everything else.
    pub fn decode(payload: &[u8]) -> Result<Self, DecodeError> {
        serde_json::from_slice(payload).map_err(|error| match serde_json::from_slice::<KindOnly>(payload) {
            Ok(KindOnly { kind }) if !KINDS.contains(&kind.as_str()) => {
                DecodeError::UnknownKind(kind.chars().take(64).collect())
            }
            _ => DecodeError::Malformed(error),
        })
    }

    /// The payload of this fact.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "it cannot")]
    pub fn encode(&self) -> Vec<u8> {
        let mut payload = Vec::with_capacity(256);
        #[expect(clippy::expect_used, reason = "facts have string keys and a Vec takes every byte")]
        serde_json::to_writer(&mut payload, self).expect("a fact is always JSON");
        payload
    }

    /// Under which id the broker recognises a repeated publish of this fact in `chat_id`; none where a repeat does no harm.
    /// A device's message goes by its bare id, as its description of the wire says; ours by chat and id, so that an
    /// id that is used again in another chat is not taken for a repeat.
    #[must_use]
    pub fn repeat_id(&self, chat_id: ChatId) -> Option<String> {
        match self {
            Self::Opened(_) => Some(chat_id.to_string()),
            Self::Said(said) if matches!(said.by, Author::Client { .. }) => Some(said.message_id.to_string()),
            Self::Said(Said { message_id, .. }) | Self::Noted(Noted { message_id, .. }) => {
                Some(format!("{chat_id}.{message_id}"))
            }
            Self::Closed(_) | Self::Assigned(_) | Self::Read(_) | Self::Ticketed(_) => None,
        }
    }

    /// Whether a fact like this may stand on `subject`: the kind and the author are those that the subject is for.
    #[must_use]
    pub fn belongs_on(&self, subject: &ChatSubject) -> bool {
        match (subject.leaf, self) {
            (Leaf::SaidClient, Self::Said(said)) => matches!(said.by, Author::Client { .. }),
            (Leaf::SaidTechnician, Self::Said(said)) => {
                matches!(said.by, Author::Technician { .. })
            }
            (Leaf::SaidSystem, Self::Said(said)) => {
                matches!(said.by, Author::System | Author::Policy)
            }
            (Leaf::Opened, Self::Opened(_))
            | (Leaf::Closed, Self::Closed(_))
            | (Leaf::Note, Self::Noted(_))
            | (Leaf::Assigned, Self::Assigned(_))
            | (Leaf::ReadClient | Leaf::ReadTechnician(_), Self::Read(_))
            | (Leaf::Ticketed, Self::Ticketed(_)) => true,
            _ => false,
        }
    }
}

/// Why a payload is not a fact that this version can read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// A kind that this version does not know.
    #[error("unknown kind {0:?}")]
    UnknownKind(String),
    /// Not JSON, a field missing or of the wrong type, or a text over its limit.
    #[error("malformed fact")]
    Malformed(#[source] serde_json::Error),
}

#[derive(Deserialize)]
struct KindOnly {
    kind: String,
}

const KINDS: [&str; 7] = ["opened.v1", "closed.v1", "said.v1", "noted.v1", "assigned.v1", "read.v1", "ticketed.v1"];

#[cfg(test)]
mod tests;
