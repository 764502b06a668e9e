//! Unavailable: when nobody has answered a client for as long as the policy says, the policy's Unavailable Message is
//! said, once per episode of waiting.
//!
//! Two halves meet on the broker. This one reads what is said and sets or stops the chat's timer; [`UnavailableDue`] reads
//! timers that are due, looks at the chat anew, and says the message by a compare-and-set on the whole chat. A timer only
//! says when to look, so one too many, one too early or one too late does no harm.

mod decision;
mod due;
mod episode;

use broker_config::{AppendError, AssetId, ChatId, Log, Logged, ReadError, Timer, TimerKind, consumer};
use futures::{StreamExt, TryStreamExt, stream};
use sqlx::PgPool;

use crate::chat_state::{self, ChatState};
use crate::runner::{BatchWorker, Rejected, WorkError};

use decision::{Wait, wait};

pub use due::UnavailableDue;

/// How many timers are set, and chats written to, at once.
const CHATS_AT_ONCE: usize = 32;

/// The half that sets and stops timers.
#[derive(Debug, Clone)]
pub struct Unavailable {
    db: PgPool,
    log: Log,
}

/// Why a chat's wait could not be set right.
#[derive(Debug, thiserror::Error)]
enum WaitError {
    #[error("the policies cannot be read")]
    Policies(#[from] sqlx::Error),
    #[error("the chat cannot be read")]
    Chat(#[from] ReadError),
    #[error("the timer cannot be set, or the message not be said")]
    Append(#[from] AppendError),
    #[error("others write to the chat without a pause")]
    Busy,
}

impl Unavailable {
    /// It reads policies from `db`, and chats from `log`, where it sets timers.
    #[must_use]
    pub fn new(db: PgPool, log: Log) -> Self {
        Self { db, log }
    }

    /// The half that says the message.
    #[must_use]
    pub fn due(&self) -> UnavailableDue {
        UnavailableDue::new(self.clone())
    }

    /// Sets a chat's timer, or stops one that nobody needs any more.
    async fn set_right(&self, state: &ChatState, wait: Wait) -> Result<(), WaitError> {
        match wait {
            Wait::Until { since_seq, at } => {
                let timer = Timer { asset_id: state.asset_id, chat_id: state.chat_id, since_seq };
                self.log.set_timer(TimerKind::Unavailable, &timer, at).await?;
            }
            Wait::Not => {
                let running = self.log.running_timer(TimerKind::Unavailable, state.chat_id).await?;
                // One that is about a later message was set after the chat was looked at.
                if let Some(running) = running.filter(|running| running.timer.since_seq <= state.last_seq) {
                    self.log.stop_timer(&running).await?;
                }
            }
        }
        Ok(())
    }
}

impl BatchWorker for Unavailable {
    type Item = Logged;
    const NAME: &'static str = consumer::UNAVAILABLE;
    const BATCH: usize = 256;

    async fn handle(&self, batch: &[Logged]) -> Result<Vec<Rejected>, WorkError> {
        self.look_at(chat_state::touched(batch)).await?;
        Ok(Vec::new())
    }
}

impl Unavailable {
    /// Sets the timers of chats right, each by its present, which is at least that of the sequence beside it.
    pub(crate) async fn look_at(&self, chats: Vec<(AssetId, ChatId, u64)>) -> Result<(), WorkError> {
        self.look(chats).await.map_err(WorkError::retry)
    }

    async fn look(&self, chats: Vec<(AssetId, ChatId, u64)>) -> Result<(), WaitError> {
        let states = ChatState::read_all(&self.log, chats).await?;
        let asset_ids: Vec<_> =
            states.iter().filter(|state| state.waiting.is_some()).map(|state| state.asset_id).collect();
        let policies = store::policies::effective_for(&self.db, &asset_ids).await?;
        let mut setting = Vec::with_capacity(states.len());
        for state in &states {
            let chat = policies.get(&state.asset_id).and_then(|policy| policy.live_chat(state.entry_id()));
            setting.push(self.set_right(state, wait(state, chat)));
        }
        stream::iter(setting).buffer_unordered(CHATS_AT_ONCE).try_collect().await
    }
}
