//! Ping: a sound is due at most once per technician and unread chat, to the assignee, or to everybody with chat rights
//! while nobody has the chat.
//!
//! A ping is first claimed in the database, then published, then noted as sent. Killed between two of these, the next
//! worker to look at the chat publishes it again; it is the same ping, and tabs drop the repeat.

use broker_config::{
    AssetId, Log, Logged, Ping as Published, ReadError, TechnicianId, TechnicianLeaf, TechnicianSubject, consumer,
    presence::Online,
};
use sqlx::PgPool;
use store::pings;

use crate::chat_state::{self, ChatState};
use crate::runner::{BatchWorker, Rejected, WorkError};

/// The worker.
#[derive(Debug, Clone)]
pub struct Ping {
    db: PgPool,
    log: Log,
    online: Online,
}

#[derive(Debug, thiserror::Error)]
enum PingError {
    #[error("the pings or the technicians cannot be read or written")]
    Database(#[from] sqlx::Error),
    #[error("the chat cannot be read")]
    Chat(#[from] ReadError),
    #[error("a ping cannot be published")]
    Publish(#[from] async_nats::PublishError),
}

impl Ping {
    /// It keeps what it has sent in `db`, reads chats from `log`, and chooses the tab that plays among those that are
    /// `online`.
    #[must_use]
    pub fn new(db: PgPool, log: Log, online: Online) -> Self {
        Self { db, log, online }
    }

    async fn look(&self, batch: &[Logged]) -> Result<(), PingError> {
        let states = ChatState::read_all(&self.log, chat_state::touched(batch)).await?;
        let technicians = store::technicians::for_chat(&self.db).await?;
        let technician_ids: Vec<_> = technicians.iter().map(|technician| technician.technician_id).collect();
        let wanted: Vec<_> = states.iter().flat_map(|state| wanted(state, &technician_ids)).collect();
        pings::claim(&self.db, &wanted).await?;

        let chat_ids: Vec<_> = states.iter().map(|state| state.chat_id).collect();
        let unsent = pings::unsent(&self.db, &chat_ids).await?;
        if unsent.is_empty() {
            return Ok(());
        }
        for ping in &unsent {
            // Of one that was claimed before a crash, the technician may have read the chat since.
            if let Some(due) = wanted.iter().find(|wanted| is_for_same(wanted, ping))
                && let Some(state) = states.iter().find(|state| state.chat_id == due.chat_id)
            {
                self.publish(state.asset_id, ping).await?;
            }
        }
        // The broker answers requests after what was published before them, so it has the pings then.
        self.log.bounds().await?;
        Ok(pings::mark_sent(&self.db, &unsent).await?)
    }

    async fn publish(&self, asset_id: AssetId, ping: &pings::Ping) -> Result<(), PingError> {
        let pings::Ping { chat_id, technician_id, seq, .. } = *ping;
        let tab_id = self.online.tab_to_play(technician_id).await;
        let published = Published { chat_id, asset_id, seq: seq.cast_unsigned(), tab_id };
        #[expect(clippy::expect_used, reason = "a ping has string keys and a Vec takes every byte")]
        let payload = serde_json::to_vec(&published).expect("a ping is always JSON");
        let subject = TechnicianSubject { technician_id, leaf: TechnicianLeaf::Ping };
        self.log.client().publish(subject.to_string(), payload.into()).await?;
        Ok(())
    }
}

impl BatchWorker for Ping {
    type Item = Logged;
    const NAME: &'static str = consumer::PING;
    const BATCH: usize = 256;

    async fn handle(&self, batch: &[Logged]) -> Result<Vec<Rejected>, WorkError> {
        self.look(batch).await.map_err(WorkError::retry)?;
        Ok(Vec::new())
    }
}

/// The pings that are due by a chat's present, whether or not they were sent already. `technician_ids` has everybody with
/// chat rights.
fn wanted(state: &ChatState, technician_ids: &[TechnicianId]) -> Vec<pings::Ping> {
    let signed = |seq: u64| i64::try_from(seq).unwrap_or(i64::MAX);
    let due = technician_ids.iter().filter(|technician_id| concerns(state, **technician_id)).map(|technician_id| {
        let seq = signed(state.last_client_seq);
        let read_upto = signed(state.read_upto(*technician_id));
        pings::Ping { chat_id: state.chat_id, technician_id: *technician_id, seq, read_upto }
    });
    due.collect()
}

/// Whether the chat has something unread for a technician who has it, or could take it.
fn concerns(state: &ChatState, technician_id: TechnicianId) -> bool {
    let is_theirs = state.assignee().is_none_or(|assignee| assignee == technician_id);
    state.is_open() && is_theirs && state.is_unread_for(technician_id)
}

fn is_for_same(one: &pings::Ping, other: &pings::Ping) -> bool {
    (one.chat_id, one.technician_id) == (other.chat_id, other.technician_id)
}
