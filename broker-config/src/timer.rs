//! Timers of chats, held by the broker: a message schedule that the broker turns into a message when its time has come,
//! whether or not anybody of ours is running then. A timer only says when to look; whoever handles it looks anew.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{DeleteMessageErrorKind, DirectGetErrorKind};
use chrono::{DateTime, SecondsFormat, Utc};
use futures::TryStreamExt;
use serde::{Deserialize, Serialize};

use crate::{AppendError, AssetId, ChatId, Log, MalformedSubject, ReadError, stream, subject};

/// The header that says when a scheduled message is due.
const SCHEDULE: &str = "Nats-Schedule";

/// The header that says on which subject it arrives.
const SCHEDULE_TARGET: &str = "Nats-Schedule-Target";

/// The error of nats-server when a message is no longer there.
const NO_MESSAGE_FOUND: u64 = 10057;

/// What a timer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimerKind {
    /// Nobody has answered for as long as the policy says.
    Unavailable,
    /// A chat has waited for as long as somebody wants to be told.
    Waiting,
}

impl TimerKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Unavailable, Self::Waiting];
}

/// A chat's timer: what it is about. The chat waits since the client's message `since_seq`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// The device.
    pub asset_id: AssetId,
    /// The chat.
    pub chat_id: ChatId,
    /// The sequence of the first message that no technician had answered when the timer was set.
    pub since_seq: u64,
}

/// A timer that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunningTimer {
    /// What it is about.
    pub timer: Timer,
    seq: u64,
}

/// A timer whose time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// When, by the broker's clock.
    pub at: DateTime<Utc>,
    /// What for.
    pub kind: TimerKind,
    /// What it is about.
    pub timer: Timer,
}

impl Log {
    /// Sets a chat's timer to `at`, by the broker's clock, in place of the one of this kind that it may have. A time that
    /// has passed is due at once.
    ///
    /// # Errors
    /// See [`AppendError`].
    #[expect(clippy::missing_panics_doc, reason = "it cannot")]
    pub async fn set_timer(&self, kind: TimerKind, timer: &Timer, at: DateTime<Utc>) -> Result<(), AppendError> {
        #[expect(clippy::expect_used, reason = "a timer has string keys and a Vec takes every byte")]
        let payload = serde_json::to_vec(timer).expect("a timer is always JSON");
        let message = PublishMessage::build()
            .expected_stream(stream::TIMER)
            .header(SCHEDULE, format!("@at {}", at.to_rfc3339_opts(SecondsFormat::Nanos, true)))
            .header(SCHEDULE_TARGET, subject::due(kind, timer.chat_id))
            .payload(payload.into());
        self.jetstream().send_publish(subject::timer(kind, timer.chat_id), message).await?.await?;
        Ok(())
    }

    /// The timer of this kind that runs for a chat.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn running_timer(&self, kind: TimerKind, chat_id: ChatId) -> Result<Option<RunningTimer>, ReadError> {
        let stream = self.jetstream().get_stream_no_info(stream::TIMER).await.map_err(ReadError::unavailable)?;
        let message = match stream.direct_get_last_for_subject(subject::timer(kind, chat_id)).await {
            Ok(message) => message,
            Err(error) if error.kind() == DirectGetErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(ReadError::unavailable(error)),
        };
        let timer = serde_json::from_slice(&message.payload).map_err(|_| ReadError::Unexpected)?;
        Ok(Some(RunningTimer { timer, seq: message.sequence }))
    }

    /// The chats that have a timer of this kind, whether it runs or is due and not handled yet.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn chats_with_timer(&self, kind: TimerKind) -> Result<BTreeSet<ChatId>, ReadError> {
        let stream = self.jetstream().get_stream_no_info(stream::TIMER).await.map_err(ReadError::unavailable)?;
        let mut chats = BTreeSet::new();
        for filter in subject::timers(kind) {
            let subjects = stream.info_with_subjects(filter).await.map_err(ReadError::unavailable)?;
            let subjects: Vec<(String, usize)> = subjects.try_collect().await.map_err(ReadError::unavailable)?;
            chats.extend(subjects.iter().filter_map(|(subject, _)| subject::timed_chat(subject)));
        }
        Ok(chats)
    }

    /// Stops this very timer. One that has been set anew meanwhile, or was due, is left alone.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub async fn stop_timer(&self, running: &RunningTimer) -> Result<(), ReadError> {
        let stream = self.jetstream().get_stream_no_info(stream::TIMER).await.map_err(ReadError::unavailable)?;
        match stream.delete_message(running.seq).await {
            Ok(_) => Ok(()),
            Err(error) => match error.kind() {
                DeleteMessageErrorKind::JetStream(answer) if answer.error_code().0 == NO_MESSAGE_FOUND => Ok(()),
                _ => Err(ReadError::unavailable(error)),
            },
        }
    }
}

impl Due {
    /// Reads a message on a `due` subject.
    ///
    /// # Errors
    /// When it is not one of a timer.
    pub fn read(subject: &str, payload: &[u8], at: DateTime<Utc>) -> Result<Self, MalformedDue> {
        let (kind, chat_id) = subject::parse_due(subject)?;
        let timer: Timer = serde_json::from_slice(payload)?;
        if timer.chat_id == chat_id { Ok(Self { at, kind, timer }) } else { Err(MalformedDue::OtherChat) }
    }
}

/// Why a message is not a due timer.
#[derive(Debug, thiserror::Error)]
pub enum MalformedDue {
    /// Its subject is none.
    #[error("the subject is not one of a due timer")]
    Subject(#[from] MalformedSubject),
    /// Its payload is none.
    #[error("the payload is not a timer")]
    Payload(#[from] serde_json::Error),
    /// It stands on another chat's subject.
    #[error("the timer does not belong on its subject")]
    OtherChat,
}

impl fmt::Display for TimerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unavailable => "unavailable",
            Self::Waiting => "waiting",
        })
    }
}

impl FromStr for TimerKind {
    type Err = MalformedSubject;

    fn from_str(kind: &str) -> Result<Self, MalformedSubject> {
        match kind {
            "unavailable" => Ok(Self::Unavailable),
            "waiting" => Ok(Self::Waiting),
            _ => Err(MalformedSubject),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_due_timer_is_read_back_and_one_of_another_chat_is_refused() {
        let timer = Timer { asset_id: AssetId::new(), chat_id: ChatId::new(), since_seq: 7 };
        let payload = serde_json::to_vec(&timer).unwrap();
        let at = DateTime::UNIX_EPOCH;
        for kind in [TimerKind::Unavailable, TimerKind::Waiting] {
            let due = Due::read(&subject::due(kind, timer.chat_id), &payload, at).unwrap();
            assert_eq!(due, Due { at, kind, timer });
        }
        let elsewhere = subject::due(TimerKind::Waiting, ChatId::new());
        assert!(matches!(Due::read(&elsewhere, &payload, at), Err(MalformedDue::OtherChat)));
        assert!(matches!(Due::read("due.tea.x", &payload, at), Err(MalformedDue::Subject(_))));
        let subject = subject::due(TimerKind::Waiting, timer.chat_id);
        assert!(matches!(Due::read(&subject, b"{}", at), Err(MalformedDue::Payload(_))));
    }
}
