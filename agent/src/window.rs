//! What a resident agent and its chat window say to each other.
//!
//! The resident starts `trayline-chat` without arguments when somebody wants to chat, and writes [`ToWindow`] to its stdin and
//! reads [`FromWindow`] from its stdout, as JSON, one object a line. The window ends when its stdin ends, so it never
//! outlives its resident; its stdout ends when the person closed it. It keeps nothing itself: what is to
//! survive it, it hands over at once.
//!
//! The two may be of different versions: unknown fields are ignored, and so is a line that cannot be understood.
//!
//! ```text
//! resident                              window
//! hello, snapshot, show         ->
//!                               <-      ready, front, shown, read
//! event (each one the agent has)->
//!                               <-      draft, typing, say
//! accepted or refused           ->
//! ```

use broker_config::{Line, Text};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::agent::{Event, LinkState, SayError};
use crate::conversation::{Snapshot, Waiting};

/// The longest line that a window sends: a text of which every byte had to be escaped, and what stands around it.
pub const MAX_LINE_BYTES: usize = Text::MAX_BYTES * 6 + 1024;

/// What the resident says to the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "tell", rename_all = "snake_case")]
pub enum ToWindow {
    /// The first line, and again when the title changed.
    Hello {
        /// What the policy calls the chat.
        title: Line,
        /// What was written and not sent when the last window closed. Only the first hello's counts.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        draft: String,
    },
    /// All there is to show. Also after [`Event::Reset`], and whenever events were missed.
    Snapshot {
        /// The connection now.
        link: LinkState,
        /// The conversation now.
        snapshot: Snapshot,
    },
    /// Something changed.
    Event(Event),
    /// What the window last said is safe on this device's disk. May come after the event that the broker has it.
    Accepted(Waiting),
    /// What the window last said was neither kept nor sent.
    Refused {
        /// What was said, to be put back.
        text: String,
        /// Why.
        reason: Refusal,
    },
    /// Appear, or come to the front. The window stays hidden until it is told.
    Show {
        /// Whether to take the keyboard: yes when the person asked for the window, no when somebody else did.
        focus: bool,
    },
    /// Show what this program is, and what it is made with.
    About,
}

/// Why something was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// It is empty, too long, or has a NUL.
    Text,
    /// The disk takes no writes.
    Disk,
    /// Too much waits already.
    Full,
    /// The agent is stopping.
    Stopped,
}

/// What the window says to the resident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum FromWindow {
    /// It reads its stdin. Nothing waits for this; it tells a window that works from one that cannot start.
    Ready,
    /// It came to the front, or went behind.
    Front {
        /// Whether it has the keyboard.
        front: bool,
    },
    /// Everything up to this sequence is on the screen, whether or not anybody looks.
    Shown {
        /// The sequence of the last entry.
        upto: u64,
    },
    /// The person has everything up to this sequence before them, in the front window.
    Read {
        /// The sequence of the last entry.
        upto: u64,
    },
    /// The person is typing. Comes with every key.
    Typing,
    /// What is written and not sent yet. Comes when it was left alone for a moment, and before the window closes.
    Draft {
        /// At most [`Text::MAX_BYTES`]; empty when all is sent.
        text: String,
    },
    /// The person says this. In an open chat it goes there, else it begins a new one.
    Say {
        /// What they wrote.
        text: String,
    },
}

impl From<&SayError> for Refusal {
    fn from(error: &SayError) -> Self {
        match error {
            SayError::Text(_) => Self::Text,
            SayError::Outbox(_) => Self::Disk,
            SayError::OutboxFull => Self::Full,
            SayError::Stopped(_) => Self::Stopped,
        }
    }
}

/// One line with its line break.
///
/// # Panics
/// Never: both enums are always JSON.
#[must_use]
#[expect(clippy::expect_used, reason = "they have string keys and a String takes every character")]
pub fn line<Said: Serialize>(said: &Said) -> String {
    let mut line = serde_json::to_string(said).expect("always JSON");
    line.push('\n');
    line
}

/// What a line says.
///
/// # Errors
/// When it is of a later version, or broken. The error does not repeat the line.
pub fn read<Said: DeserializeOwned>(line: &str) -> Result<Said, NotUnderstood> {
    serde_json::from_str(line).map_err(|_| NotUnderstood)
}

/// A line between resident and window that cannot be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a line of another version, or broken")]
pub struct NotUnderstood;

#[cfg(test)]
mod tests;
