//! The half that says the Unavailable Message when a timer is due.

use std::collections::BTreeMap;

use broker_config::{
    AppendError, AssetId, Author, ChatId, ChatSubject, Due, Fact, Leaf, Said, Text, consumer, subject,
};
use chrono::{DateTime, Utc};
use futures::{StreamExt, TryStreamExt, stream};
use store::policies::EffectivePolicy;

use super::decision::{Verdict, verdict};
use super::{CHATS_AT_ONCE, Unavailable, WaitError, episode};
use crate::chat_state::ChatState;
use crate::runner::{BatchWorker, Rejected, WorkError};

/// How often a chat is looked at anew because somebody wrote to it at the same moment.
const ATTEMPTS: usize = 10;

/// The half that says the message.
#[derive(Debug, Clone)]
pub struct UnavailableDue(Unavailable);

impl UnavailableDue {
    pub(super) fn new(unavailable: Unavailable) -> Self {
        Self(unavailable)
    }

    /// Looks at a chat, and says the message if nobody has answered, again if somebody wrote meanwhile.
    async fn settle(
        &self,
        mut state: ChatState,
        policy: Option<&EffectivePolicy>,
        now: DateTime<Utc>,
    ) -> Result<(), WaitError> {
        for _ in 0..ATTEMPTS {
            let chat = policy.and_then(|policy| policy.live_chat(state.entry_id()));
            match verdict(&state, chat, now) {
                Verdict::Nothing => return Ok(()),
                Verdict::Later(wait) => return self.0.set_right(&state, wait).await,
                Verdict::Say { since_seq, text } => match self.say(&state, since_seq, text, now).await {
                    Err(AppendError::Conflict) => {}
                    said => return Ok(said?),
                },
            }
            state = ChatState::read(&self.0.log, state.asset_id, state.chat_id, state.last_seq + 1).await?;
        }
        Err(WaitError::Busy)
    }

    /// Says the message if nothing at all has happened in the chat since it was looked at.
    async fn say(&self, state: &ChatState, since_seq: u64, text: Text, now: DateTime<Utc>) -> Result<(), AppendError> {
        let ChatState { asset_id, chat_id, last_seq, .. } = *state;
        let message_id = episode::message_id(chat_id, since_seq);
        let said = Fact::Said(Said { message_id, by: Author::System, text, written_at: now });
        let subject = ChatSubject::new(asset_id, chat_id, Leaf::SaidSystem);
        self.0.log.append_after(&subject, &subject::facts_of(asset_id, chat_id), last_seq, &said).await?;
        tracing::info!(chat.id = %chat_id, since_seq, "nobody is available; the client was told");
        Ok(())
    }

    async fn look(&self, batch: &[Due]) -> Result<(), WaitError> {
        let mut due: BTreeMap<(AssetId, ChatId), (u64, DateTime<Utc>)> = BTreeMap::new();
        for Due { at, timer, .. } in batch {
            let (seq, latest) = due.entry((timer.asset_id, timer.chat_id)).or_insert((timer.since_seq, *at));
            (*seq, *latest) = (timer.since_seq.max(*seq), (*latest).max(*at));
        }
        let chats = due.iter().map(|((asset_id, chat_id), (seq, _))| (*asset_id, *chat_id, *seq)).collect();
        let states = ChatState::read_all(&self.0.log, chats).await?;
        let asset_ids: Vec<_> = due.keys().map(|(asset_id, _)| *asset_id).collect();
        let policies = store::policies::effective_for(&self.0.db, &asset_ids).await?;
        let mut settling = Vec::with_capacity(states.len());
        for state in states {
            let (_, now) = due[&(state.asset_id, state.chat_id)];
            let policy = policies.get(&state.asset_id);
            settling.push(self.settle(state, policy, now));
        }
        stream::iter(settling).buffer_unordered(CHATS_AT_ONCE).try_collect().await
    }
}

impl BatchWorker for UnavailableDue {
    type Item = Due;
    const NAME: &'static str = consumer::UNAVAILABLE_DUE;
    const BATCH: usize = 256;

    async fn handle(&self, batch: &[Due]) -> Result<Vec<Rejected>, WorkError> {
        self.look(batch).await.map_err(WorkError::retry)?;
        Ok(Vec::new())
    }
}
