//! What to do about a chat, by its present and its policy alone.

use broker_config::Text;
use chrono::{DateTime, TimeDelta, Utc};
use store::policies::EffectiveLiveChat;

use super::episode;
use crate::chat_state::{ChatState, Waiting};

/// Whether a chat's timer must run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    /// Until `at`, about the client's message `since_seq`.
    Until { since_seq: u64, at: DateTime<Utc> },
    /// Nobody waits, or nothing is to be said to them.
    Not,
}

/// What a due timer leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The message is said.
    Say { since_seq: u64, text: Text },
    /// It is not time yet: the policy has changed, or a new episode began since the timer was set.
    Later(Wait),
    /// Nobody waits any more, it was said already, or there is nothing to say.
    Nothing,
}

/// Whether a chat's timer must run, under the policy's `chat` settings; `None` when there are none.
pub(super) fn wait(state: &ChatState, chat: Option<&EffectiveLiveChat>) -> Wait {
    match unsaid(state, chat) {
        Some((Waiting { since_seq, since }, _, delay)) => Wait::Until { since_seq, at: since + delay },
        None => Wait::Not,
    }
}

/// What a timer that is due at `now`, by the broker's clock, leads to.
pub(super) fn verdict(state: &ChatState, chat: Option<&EffectiveLiveChat>, now: DateTime<Utc>) -> Verdict {
    match unsaid(state, chat) {
        Some((Waiting { since_seq, since }, _, delay)) if now < since + delay => {
            Verdict::Later(Wait::Until { since_seq, at: since + delay })
        }
        Some((Waiting { since_seq, .. }, text, _)) => Verdict::Say { since_seq, text: text.clone() },
        None => Verdict::Nothing,
    }
}

/// The episode that a chat is in, if its message is still to be said; with that message and how long to wait for it.
fn unsaid<'a>(state: &ChatState, chat: Option<&'a EffectiveLiveChat>) -> Option<(Waiting, &'a Text, TimeDelta)> {
    let (waiting, chat) = (state.waiting?, chat?);
    let text = chat.unavailable_message.value.text()?;
    let message_id = episode::message_id(state.chat_id, waiting.since_seq);
    let is_said = state.last_system.is_some_and(|(_, last)| last == message_id);
    let delay = TimeDelta::seconds(chat.unavailable_seconds.value.get().into());
    (!is_said).then_some((waiting, text, delay))
}
