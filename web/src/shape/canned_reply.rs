//! A canned reply, as the API shows it.

use broker_config::{CannedReplyId, Text};
use serde::{Deserialize, Serialize};
use store::canned_replies::CannedReply;
use utoipa::ToSchema;

/// The longest word in characters.
const MAX_CHARACTERS: usize = 32;

/// A text that technicians say often.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CannedReply)]
pub(crate) struct CannedReplyShape {
    /// Which.
    canned_reply_id: CannedReplyId,
    /// The word that they type for it.
    shortcut: String,
    /// The text.
    text: Text,
}

/// The word that technicians type for a text: 1 to 32 letters, digits and dashes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, min_length = 1, max_length = 32)]
pub(crate) struct Shortcut(String);

impl Shortcut {
    /// The word, as it was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Shortcut {
    type Error = &'static str;

    fn try_from(word: String) -> Result<Self, Self::Error> {
        let fits = (1..=MAX_CHARACTERS).contains(&word.chars().count());
        if fits && word.chars().all(|character| character.is_alphanumeric() || character == '-') {
            Ok(Self(word))
        } else {
            Err("a shortcut has 1 to 32 letters, digits and dashes")
        }
    }
}

impl From<CannedReply> for CannedReplyShape {
    fn from(reply: CannedReply) -> Self {
        Self { canned_reply_id: reply.canned_reply_id, shortcut: reply.shortcut, text: reply.text }
    }
}
