//! The subjects of what is said live about a chat and not stored.

use std::fmt;
use std::str::FromStr;

use crate::{AssetId, ChatId};

use super::MalformedSubject;

/// The subject of something that is not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LiveSubject {
    /// The device.
    pub asset_id: AssetId,
    /// The chat.
    pub chat_id: ChatId,
    /// What it is about.
    pub leaf: LiveLeaf,
}

/// What a live subject is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LiveLeaf {
    /// `typing.client`: agent.
    TypingClient,
    /// `typing.tech`: web.
    TypingTechnician,
    /// `reached`: agent.
    Reached,
    /// `stored`: persistence.
    Stored,
    /// `noted`: persistence. Devices may not know that there are notes.
    Noted,
}

impl fmt::Display for LiveSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let leaf = match self.leaf {
            LiveLeaf::TypingClient => "typing.client",
            LiveLeaf::TypingTechnician => "typing.tech",
            LiveLeaf::Reached => "reached",
            LiveLeaf::Stored => "stored",
            LiveLeaf::Noted => "noted",
        };
        write!(f, "live.{}.{}.{leaf}", self.asset_id, self.chat_id)
    }
}

impl FromStr for LiveSubject {
    type Err = MalformedSubject;

    fn from_str(subject: &str) -> Result<Self, MalformedSubject> {
        let mut tokens = subject.splitn(4, '.');
        let (Some("live"), Some(asset), Some(chat), Some(leaf)) =
            (tokens.next(), tokens.next(), tokens.next(), tokens.next())
        else {
            return Err(MalformedSubject);
        };
        let leaf = match leaf {
            "typing.client" => LiveLeaf::TypingClient,
            "typing.tech" => LiveLeaf::TypingTechnician,
            "reached" => LiveLeaf::Reached,
            "stored" => LiveLeaf::Stored,
            "noted" => LiveLeaf::Noted,
            _ => return Err(MalformedSubject),
        };
        Ok(Self {
            asset_id: asset.parse().map_err(|_| MalformedSubject)?,
            chat_id: chat.parse().map_err(|_| MalformedSubject)?,
            leaf,
        })
    }
}
