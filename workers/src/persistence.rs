//! Persistence: projects every fact into Postgres, by the batch, and sends receipts for what was said.

use std::collections::BTreeMap;
use std::time::Duration;

use async_nats::Client;
use broker_config::{ChatSubject, Fact, LiveLeaf, LiveSubject, Logged, Receipt, Receipts, consumer};
use sqlx::PgPool;
use store::projection::{Projection, Refused};

use crate::runner::{BatchWorker, Rejected, WorkError};

/// How long a receipt may wait for a broker that is away. One that is lost is made good by the device's next sync.
const RECEIPT_PATIENCE: Duration = Duration::from_secs(5);

/// The worker.
#[derive(Debug, Clone)]
pub struct Persistence {
    db: PgPool,
    broker: Client,
}

impl Persistence {
    /// It writes to `db`, and sends receipts over `broker`.
    #[must_use]
    pub fn new(db: PgPool, broker: Client) -> Self {
        Self { db, broker }
    }
}

impl BatchWorker for Persistence {
    type Item = Logged;
    const NAME: &'static str = consumer::PERSISTENCE;
    /// Large, so that under load many messages of a chat share one update of its row.
    const BATCH: usize = 2000;

    async fn handle(&self, batch: &[Logged]) -> Result<Vec<Rejected>, WorkError> {
        let refused = self.write(batch).await.map_err(work_error)?;
        self.send_receipts(batch, &refused).await;
        Ok(rejected(batch, &refused))
    }
}

impl Persistence {
    /// Writes the batch in one transaction, but for the chats that are refused.
    async fn write(&self, batch: &[Logged]) -> Result<Refused, sqlx::Error> {
        let mut refused = Refused::new();
        let mut transaction = self.db.begin().await?;
        let mut left: Vec<_> = batch.iter().collect();
        while !left.is_empty() {
            let (projection, deferred) = Projection::fold(left);
            refused.extend(projection.apply(&mut transaction).await?);
            left = deferred;
        }
        transaction.commit().await?;
        Ok(refused)
    }

    async fn send_receipts(&self, batch: &[Logged], refused: &Refused) {
        for (subject, receipts) in receipts(batch, refused) {
            #[expect(clippy::expect_used, reason = "receipts have string keys and a Vec takes every byte")]
            let payload = serde_json::to_vec(&receipts).expect("receipts are always JSON");
            let sent = self.broker.publish(subject.to_string(), payload.into());
            match tokio::time::timeout(RECEIPT_PATIENCE, sent).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, chat.id = %subject.chat_id, "a receipt was lost"),
                Err(_) => {
                    tracing::warn!("the broker is away; receipts were lost");
                    return;
                }
            }
        }
    }
}

fn rejected(batch: &[Logged], refused: &Refused) -> Vec<Rejected> {
    let refusal = |fact: &Logged| refused.get(&(fact.subject.asset_id, fact.subject.chat_id));
    let rejected = batch.iter().filter_map(|fact| Some((fact.seq, refusal(fact)?)));
    rejected.map(|(seq, refusal)| Rejected { seq, reason: refusal.to_string() }).collect()
}

/// Receipts for every message and note of the batch that is in the database, repeats included, by chat. Those for notes
/// go where devices do not hear them.
fn receipts(batch: &[Logged], refused: &Refused) -> BTreeMap<LiveSubject, Receipts> {
    let mut receipts: BTreeMap<_, Receipts> = BTreeMap::new();
    for fact in batch {
        let (message_id, leaf) = match &fact.fact {
            Fact::Said(said) => (said.message_id, LiveLeaf::Stored),
            Fact::Noted(noted) => (noted.message_id, LiveLeaf::Noted),
            _ => continue,
        };
        let ChatSubject { asset_id, chat_id, .. } = fact.subject;
        if !refused.contains_key(&(asset_id, chat_id)) {
            let subject = LiveSubject { asset_id, chat_id, leaf };
            let receipts = receipts.entry(subject).or_insert_with(|| Receipts { messages: Vec::new() });
            receipts.messages.push(Receipt { message_id, seq: fact.seq, at: fact.at });
        }
    }
    for Receipts { messages } in receipts.values_mut() {
        messages.sort_by_key(|receipt| receipt.seq);
    }
    receipts
}

/// The database refuses a row (data exceptions and constraints, and what the driver cannot send), or is away.
fn work_error(error: sqlx::Error) -> WorkError {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    let about_a_row = match &code {
        Some(code) => code.starts_with("22") || code.starts_with("23"),
        None => matches!(error, sqlx::Error::Encode(_)),
    };
    if about_a_row { WorkError::reject(error) } else { WorkError::retry(error) }
}
