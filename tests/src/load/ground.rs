//! What has to be there before anything is measured: customers, assets, chats, and a fact now and then.

use async_nats::jetstream::context::ContextBuilder;
use async_nats::jetstream::message::PublishMessage;
use broker_config::{AssetId, Author, ChatId, ChatSubject, Clock, Closed, CustomerId, Fact, Leaf, Opened, SystemClock};
use chrono::TimeDelta;
use futures::StreamExt;
use nkeys::KeyPair;
use std::time::Duration;

use super::installation::Installation;
use super::messages::Outgoing;

/// How many publishes await their acknowledgement.
pub(super) const WINDOW: usize = 1024;

/// How long an acknowledgement may take at full load.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often to look whether everything is stored.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Assets in one customer.
const ASSETS_PER_CUSTOMER: usize = 20;

impl Installation {
    /// Adds assets of new customers.
    pub(super) async fn add_assets(&self, count: usize) -> Vec<AssetId> {
        let customer_ids: Vec<_> = (0..count.div_ceil(ASSETS_PER_CUSTOMER)).map(|_| CustomerId::new().uuid()).collect();
        let asset_ids: Vec<_> = (0..count).map(|_| AssetId::new()).collect();
        let owners: Vec<_> = (0..count).map(|asset| customer_ids[asset / ASSETS_PER_CUSTOMER]).collect();
        let uuids: Vec<_> = asset_ids.iter().map(|asset_id| asset_id.uuid()).collect();
        sqlx::query(
            "insert into customers (customer_id, name) select id, 'Customer ' || id from unnest($1::uuid[]) id",
        )
        .bind(&customer_ids)
        .execute(&self.db)
        .await
        .expect("customers");
        sqlx::query(
            "insert into assets (asset_id, customer_id, name)
             select asset_id, customer_id, 'PC-' || left(asset_id::text, 8)
             from unnest($1::uuid[], $2::uuid[]) as asset (asset_id, customer_id)",
        )
        .bind(&uuids)
        .bind(&owners)
        .execute(&self.db)
        .await
        .expect("assets");
        asset_ids
    }

    /// A token for the device of an asset.
    pub(super) fn device_jwt(&self, asset_id: AssetId, key: &KeyPair) -> String {
        let signer = self.keys.broker.device_signer().expect("a signer");
        let now = SystemClock.now();
        signer.user_jwt(asset_id, &key.public_key(), now, now + TimeDelta::days(1)).expect("a token")
    }

    /// Closes an open chat, and says where that stands in the log.
    pub(super) async fn close_chat(&self, asset_id: AssetId, chat_id: ChatId, state_seq: u64) -> u64 {
        let subject = ChatSubject::new(asset_id, chat_id, Leaf::Closed);
        let closed = Fact::Closed(Closed { by: Author::System });
        self.log.append_state(&subject, state_seq, &closed).await.expect("closed").seq
    }

    /// Publishes at full speed, with [`WINDOW`] publishes under way.
    pub(super) async fn publish(&self, outgoing: impl IntoIterator<Item = Publish>) {
        let jetstream = ContextBuilder::new()
            .timeout(PATIENCE)
            .max_ack_inflight(WINDOW)
            .backpressure_on_inflight(true)
            .build(self.client.clone());
        let publishes = futures::stream::iter(outgoing).map(|Publish { subject, id, payload }| {
            let mut message = PublishMessage::build().payload(payload.into());
            if let Some(id) = id {
                message = message.message_id(id);
            }
            let jetstream = &jetstream;
            async move {
                let acknowledged = jetstream.send_publish(subject, message).await.expect("published");
                acknowledged.await.expect("acknowledged");
            }
        });
        publishes.buffer_unordered(WINDOW).collect::<()>().await;
    }

    /// Waits until Postgres has everything that the log has.
    pub(super) async fn all_stored(&self) {
        let (_, last) = self.log.bounds().await.expect("the log's end");
        while self.log.persisted_upto().await.expect("the acknowledgement floor") < last {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// How many messages Postgres has.
    pub(super) async fn messages_stored(&self) -> usize {
        let count: i64 =
            sqlx::query_scalar("select count(*) from messages").fetch_one(&self.db).await.expect("a count");
        usize::try_from(count).expect("a count")
    }
}

/// Something to publish at full speed.
pub(super) struct Publish {
    subject: String,
    id: Option<String>,
    payload: Vec<u8>,
}

impl Publish {
    /// A message as devices send it: the broker recognises a repeat.
    pub(super) fn fact(outgoing: Outgoing) -> Self {
        Self { subject: outgoing.subject, id: Some(outgoing.message_id.to_string()), payload: outgoing.payload }
    }

    /// A message without an id.
    pub(super) fn bare(outgoing: Outgoing) -> Self {
        Self { subject: outgoing.subject, id: None, payload: outgoing.payload }
    }

    /// A chat begins, whatever else is open.
    pub(super) fn opened(asset_id: AssetId, chat_id: ChatId) -> Self {
        let opened = Fact::Opened(Opened { by: Author::Client { session_user: None }, entry_id: None });
        Self::state(asset_id, chat_id, Leaf::Opened, &opened)
    }

    /// A chat ends.
    pub(super) fn closed(asset_id: AssetId, chat_id: ChatId) -> Self {
        let closed = Fact::Closed(Closed { by: Author::System });
        Self::state(asset_id, chat_id, Leaf::Closed, &closed)
    }

    fn state(asset_id: AssetId, chat_id: ChatId, leaf: Leaf, fact: &Fact) -> Self {
        let subject = ChatSubject::new(asset_id, chat_id, leaf).to_string();
        Self { subject, id: fact.repeat_id(chat_id), payload: fact.encode() }
    }
}
