//! Who is online, as the bucket says it, held in memory.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

use async_nats::jetstream::Message;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, ReplayPolicy, pull};
use futures::StreamExt;
use tokio::sync::watch;
use uuid::Uuid;

use crate::{Log, TabId, TechnicianId, stream, subject};

use super::{Lease, Leases};

/// How many leases are asked for at once.
const BATCH: usize = 500;

/// How often the broker says that the consumer is alive. Two silences in a row, and it is made anew.
const SIGN_OF_LIFE: Duration = Duration::from_secs(2);

/// How long one request for leases stands.
const REQUEST: Duration = Duration::from_secs(30);

/// How long the broker keeps a consumer of which it hears nothing.
const KEPT: Duration = Duration::from_secs(30);

/// The pause between attempts.
const PAUSE: Duration = Duration::from_millis(500);

/// How long technicians who were online stay so after the broker was away: long enough for the web processes to write
/// their leases again, if these ended meanwhile.
const RETURN: Duration = Duration::from_secs(10);

type Error = Box<dyn std::error::Error + Send + Sync>;

/// Who is online. It is told by the broker, never asks, and knows all leases before it answers. Cheap to clone; one of
/// the clones has to [follow](Online::follow) the bucket.
#[derive(Debug, Clone)]
pub struct Online(watch::Sender<Option<Leases>>);

impl Default for Online {
    fn default() -> Self {
        Self(watch::Sender::new(None))
    }
}

impl Online {
    /// Whether a technician has a tab open. Waits until that is known.
    pub async fn is_online(&self, technician_id: TechnicianId) -> bool {
        self.when_known(|leases| leases.is_online(technician_id)).await
    }

    /// The tab that plays a technician's sounds. Waits until that is known.
    pub async fn tab_to_play(&self, technician_id: TechnicianId) -> Option<TabId> {
        self.when_known(|leases| leases.tab_to_play(technician_id)).await
    }

    /// Everybody who is online, as far as it is known now.
    #[must_use]
    pub fn known(&self) -> BTreeSet<TechnicianId> {
        self.0.borrow().as_ref().map(Leases::online).unwrap_or_default()
    }

    /// Wakes whenever a lease is written or has ended.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<Option<Leases>> {
        self.0.subscribe()
    }

    async fn when_known<T>(&self, answer: impl Fn(&Leases) -> T) -> T {
        let mut changes = self.changes();
        loop {
            if let Some(leases) = &*changes.borrow_and_update() {
                return answer(leases);
            }
            // The sender is `self`, so it is there.
            let _ = changes.changed().await;
        }
    }

    /// Follows the bucket for as long as it is polled. It outlives the broker's absences.
    pub async fn follow(&self, log: &Log) -> Infallible {
        loop {
            let Err(error) = self.read(log).await;
            tracing::warn!(error, "the presence of technicians cannot be followed; trying again");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Reads all leases, then every change, until something goes wrong.
    async fn read(&self, log: &Log) -> Result<Infallible, Error> {
        let consumer = log.jetstream().create_consumer_on_stream(consumer_config(), stream::PRESENCE).await?;
        let mut waiting = consumer.cached_info().num_pending;
        let messages = consumer.stream().max_messages_per_batch(BATCH).expires(REQUEST).heartbeat(SIGN_OF_LIFE);
        let mut messages = messages.messages().await?;

        let (mut found, mut delivered) = (Leases::default(), 0);
        while waiting > 0 {
            let message = messages.next().await.ok_or("the consumer ended")??;
            waiting = follows(&message, &mut delivered)?;
            apply(&mut found, &message);
        }
        self.0.send_modify(|leases| {
            let known = leases.take().unwrap_or_default();
            *leases = Some(known.after_absence(found));
        });

        let mut is_settled = false;
        let settling = tokio::time::sleep(RETURN);
        tokio::pin!(settling);
        loop {
            tokio::select! {
                () = &mut settling, if !is_settled => {
                    is_settled = true;
                    self.0.send_modify(|leases| leases.iter_mut().for_each(Leases::settle));
                }
                message = messages.next() => {
                    let message = message.ok_or("the consumer ended")??;
                    follows(&message, &mut delivered)?;
                    self.0.send_modify(|leases| leases.iter_mut().for_each(|leases| apply(leases, &message)));
                }
            }
        }
    }
}

fn consumer_config() -> pull::Config {
    pull::Config {
        name: Some(format!("online-{}", Uuid::now_v7().simple())),
        description: Some("One process's view of who is online".to_owned()),
        filter_subject: subject::ALL_TABS.to_owned(),
        deliver_policy: DeliverPolicy::LastPerSubject,
        ack_policy: AckPolicy::None,
        replay_policy: ReplayPolicy::Instant,
        max_deliver: 1,
        memory_storage: true,
        num_replicas: 1,
        inactive_threshold: KEPT,
        ..pull::Config::default()
    }
}

/// Checks that no message was lost on the way. How many more wait.
fn follows(message: &Message, delivered: &mut u64) -> Result<u64, Error> {
    let info = message.info()?;
    *delivered += 1;
    if info.consumer_sequence != *delivered {
        return Err("a lease was not delivered".into());
    }
    Ok(info.pending)
}

/// A lease that has ended is shown as a message without a payload.
fn apply(leases: &mut Leases, message: &Message) {
    let Ok(tab) = message.subject.parse() else { return };
    match serde_json::from_slice::<Lease>(&message.payload) {
        Ok(lease) => leases.put(tab, lease),
        Err(_) => leases.end(tab),
    }
}
