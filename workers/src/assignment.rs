//! Assignment: a new chat goes to the technician of its policy, and one that a technician started to that technician. Of
//! several who act at the same moment the broker lets one win.

use std::collections::HashMap;

use broker_config::{
    AppendError, AssetId, Assigned, Assignee, Author, ChatSubject, Fact, Leaf, Line, Log, Logged, MenuEntryId, Opened,
    ReadError, TechnicianId, consumer,
};
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::json;
use sqlx::PgPool;
use store::audit::{Actor, Deed};
use store::policies::{Assignment as PolicyAssignment, EffectivePolicy};

use crate::runner::{BatchWorker, Rejected, WorkError};

/// How many chats are assigned at once.
const CHATS_AT_ONCE: usize = 32;

/// The worker.
#[derive(Debug, Clone)]
pub struct Assignment {
    db: PgPool,
    log: Log,
}

#[derive(Debug, thiserror::Error)]
enum AssignmentError {
    #[error("the database does not answer")]
    Database(#[from] sqlx::Error),
    #[error("the chat cannot be read")]
    Chat(#[from] ReadError),
    #[error("the assignment cannot be written")]
    Append(#[from] AppendError),
}

impl Assignment {
    /// It reads policies and technicians from `db`, and assigns chats on `log`.
    #[must_use]
    pub fn new(db: PgPool, log: Log) -> Self {
        Self { db, log }
    }

    async fn assign_all(&self, batch: &[Logged]) -> Result<(), AssignmentError> {
        self.note_opened(batch).await?;
        let by_clients = batch.iter().filter(|logged| policy_decides(&logged.fact));
        let asset_ids: Vec<AssetId> = by_clients.map(|logged| logged.subject.asset_id).collect();
        let policies = store::policies::effective_for(&self.db, &asset_ids).await?;
        let technicians = store::technicians::for_chat(&self.db).await?;
        let names = technicians.into_iter().map(|technician| (technician.technician_id, technician.name)).collect();
        let mut assigning = Vec::with_capacity(batch.len());
        for logged in batch {
            let policy = policies.get(&logged.subject.asset_id);
            assigning
                .extend(assigned(&logged.fact, policy, &names).map(|assigned| self.assign(logged.subject, assigned)));
        }
        stream::iter(assigning).buffer_unordered(CHATS_AT_ONCE).try_collect().await
    }

    /// Notes in the audit log which chats devices opened: what a technician opened is noted where they did so.
    async fn note_opened(&self, batch: &[Logged]) -> Result<(), AssignmentError> {
        for logged in batch {
            let Fact::Opened(Opened { by: Author::Client { .. }, .. }) = &logged.fact else { continue };
            let ChatSubject { asset_id, chat_id, .. } = logged.subject;
            let deed = Deed {
                action: "chat.opened",
                actor: Actor::Device,
                address: None,
                subject: Some(("chat", chat_id.to_string())),
                details: json!({ "asset_id": asset_id }),
            };
            store::audit::record_first(&self.db, &deed).await?;
        }
        Ok(())
    }

    /// Assigns a chat that was never assigned and is still the open one.
    async fn assign(&self, opened: ChatSubject, assigned: Assigned) -> Result<(), AssignmentError> {
        if self.log.asset_state(opened.asset_id).await?.open_chat() != Some(opened.chat_id) {
            return Ok(());
        }
        let subject = ChatSubject { leaf: Leaf::Assigned, ..opened };
        let by_policy = assigned.to.as_ref().filter(|_| assigned.by == Author::Policy).map(|to| to.technician_id);
        match self.log.append_first(&subject, &Fact::Assigned(assigned)).await {
            Ok(_) => {}
            Err(AppendError::Conflict) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        if let Some(technician_id) = by_policy {
            let deed = Deed {
                action: "chat.assigned",
                actor: Actor::System,
                address: None,
                subject: Some(("chat", subject.chat_id.to_string())),
                details: json!({ "technician_id": technician_id, "by": "policy" }),
            };
            store::audit::record(&self.db, &deed).await?;
        }
        Ok(())
    }
}

impl BatchWorker for Assignment {
    type Item = Logged;
    const NAME: &'static str = consumer::ASSIGNMENT;
    const BATCH: usize = 256;

    async fn handle(&self, batch: &[Logged]) -> Result<Vec<Rejected>, WorkError> {
        self.assign_all(batch).await.map_err(WorkError::retry)?;
        Ok(Vec::new())
    }
}

fn policy_decides(fact: &Fact) -> bool {
    matches!(fact, Fact::Opened(opened) if !matches!(opened.by, Author::Technician { .. }))
}

/// Who gets a new chat: the technician who started it, else the one whom its policy names, if they may have chats now.
/// `names` has everybody who may.
fn assigned(fact: &Fact, policy: Option<&EffectivePolicy>, names: &HashMap<TechnicianId, Line>) -> Option<Assigned> {
    let Fact::Opened(opened) = fact else { return None };
    let (technician_id, by) = match &opened.by {
        by @ Author::Technician { technician_id, .. } => (*technician_id, by.clone()),
        Author::Client { .. } | Author::Policy | Author::System => {
            (named_by_policy(policy?, opened.entry_id)?, Author::Policy)
        }
    };
    let name = names.get(&technician_id)?.clone();
    Some(Assigned { to: Some(Assignee { technician_id, name }), by })
}

fn named_by_policy(policy: &EffectivePolicy, entry_id: Option<MenuEntryId>) -> Option<TechnicianId> {
    match policy.live_chat(entry_id)?.assignment.value {
        PolicyAssignment::Technician { technician_id } => Some(technician_id),
        PolicyAssignment::Nobody => None,
    }
}
