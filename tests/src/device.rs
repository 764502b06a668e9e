//! A device without an agent: the bare wire, so that a test can do what an agent never would.

use async_nats::{Client, HeaderMap};
use broker_config::{
    AssetId, Author, ChatId, ChatSubject, Clock, EXPECTED_SUBJECT, Fact, Leaf, MessageId, Opened, Said, SyncAnswer,
    SyncRequest, SystemClock, Text, subject,
};
use serde::Deserialize;

/// A device's bare connection.
pub struct TestDevice {
    /// Which asset it is.
    pub asset_id: AssetId,
    /// Its connection.
    pub client: Client,
}

/// The broker's answer to a publish.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Acknowledged {
    /// The place in the log, 0 when it was refused.
    pub seq: u64,
    /// Whether the broker had it before.
    #[serde(default)]
    pub duplicate: bool,
    /// Why it was refused.
    pub error: Option<Refused>,
}

/// Why the broker refused a publish.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Refused {
    /// The error of nats-server.
    pub err_code: u64,
}

impl TestDevice {
    /// Opens a chat, expecting `state_seq`.
    pub async fn open(&self, chat_id: ChatId, state_seq: u64) -> Acknowledged {
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Msg-Id", chat_id.to_string());
        headers.insert("Nats-Expected-Last-Subject-Sequence", state_seq.to_string());
        headers.insert(EXPECTED_SUBJECT, subject::states_of(self.asset_id));
        let opened = Fact::Opened(Opened { by: client(), entry_id: None });
        self.publish(chat_id, Leaf::Opened, headers, &opened).await
    }

    /// Says something under a new id.
    pub async fn say(&self, chat_id: ChatId, text: &str) -> (MessageId, Acknowledged) {
        let message_id = MessageId::new();
        (message_id, self.say_again(chat_id, message_id, text).await)
    }

    /// Says something under an id that it had before.
    ///
    /// # Panics
    /// When the text is not one.
    pub async fn say_again(&self, chat_id: ChatId, message_id: MessageId, text: &str) -> Acknowledged {
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Msg-Id", message_id.to_string());
        let text = Text::new(text).expect("a text");
        let said = Fact::Said(Said { message_id, by: client(), text, written_at: SystemClock.now() });
        self.publish(chat_id, Leaf::SaidClient, headers, &said).await
    }

    /// Waits until the broker has seen all that was sent on this connection, subscriptions too: flushing only sends them.
    pub async fn round_trip(&self) {
        // Whether somebody answers the request, or the broker says that nobody does, is all the same.
        let _ = self.client.request(subject::sync(self.asset_id), "{}".into()).await;
    }

    /// Asks for what it missed.
    ///
    /// # Panics
    /// When nobody answers, or with something else.
    pub async fn sync(&self, request: &SyncRequest) -> SyncAnswer {
        let payload = serde_json::to_vec(request).expect("JSON");
        let answer = self.client.request(subject::sync(self.asset_id), payload.into()).await.expect("an answer");
        serde_json::from_slice(&answer.payload).expect("a sync answer")
    }

    async fn publish(&self, chat_id: ChatId, leaf: Leaf, headers: HeaderMap, fact: &Fact) -> Acknowledged {
        let subject = ChatSubject::new(self.asset_id, chat_id, leaf).to_string();
        let answer = self.client.request_with_headers(subject, headers, fact.encode().into()).await;
        serde_json::from_slice(&answer.expect("an answer").payload).expect("an acknowledgement")
    }
}

fn client() -> Author {
    Author::Client { session_user: None }
}
