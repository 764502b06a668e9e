//! What is sent: facts of 300 bytes.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use async_nats::HeaderMap;
use broker_config::{AssetId, Author, ChatId, ChatSubject, Clock, Fact, Leaf, MessageId, Said, SystemClock, Text};
use serde::Deserialize;

/// The size of a payload.
pub(super) const PAYLOAD_BYTES: usize = 300;

/// A message of a client, ready to be sent.
pub(super) struct Outgoing {
    pub(super) message_id: MessageId,
    pub(super) subject: String,
    pub(super) payload: Vec<u8>,
}

impl Outgoing {
    /// A new message in a chat.
    pub(super) fn new(asset_id: AssetId, chat_id: ChatId) -> Self {
        let message_id = MessageId::new();
        let said = |text: String| {
            let text = Text::new(text).expect("a text");
            let by = Author::Client { session_user: None };
            Fact::Said(Said { message_id, by, text, written_at: SystemClock.now() })
        };
        // The length of the time varies by its trailing zeros.
        let mut fact = said("x".to_owned());
        let missing = PAYLOAD_BYTES - fact.encode().len();
        if let Fact::Said(said) = &mut fact {
            said.text = Text::new("my printer is on fire ".chars().cycle().take(1 + missing).collect::<String>())
                .expect("a text");
        }
        let subject = ChatSubject::new(asset_id, chat_id, Leaf::SaidClient).to_string();
        Self { message_id, subject, payload: fact.encode() }
    }

    /// The same message where the bare pipeline reads.
    pub(super) fn bare(self, chat_id: ChatId) -> Self {
        Self { subject: format!("bare.{chat_id}"), ..self }
    }

    /// The headers with which a device sends it.
    pub(super) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Msg-Id", self.message_id.to_string());
        headers
    }
}

/// What carries the id of a message, whatever else it says.
#[derive(Deserialize)]
pub(super) struct Identified {
    pub(super) message_id: MessageId,
}

/// Which messages have come how far, and when.
pub(super) type Moments = Vec<(MessageId, Instant)>;

/// Where several tasks note when they hear of messages.
#[derive(Clone, Default)]
pub(super) struct Heard(Arc<Mutex<Moments>>);

impl Heard {
    pub(super) fn note(&self, message_id: MessageId, at: Instant) {
        self.0.lock().expect("not poisoned").push((message_id, at));
    }

    pub(super) fn count(&self) -> usize {
        self.0.lock().expect("not poisoned").len()
    }

    /// Takes what was noted.
    pub(super) fn take(&self) -> Moments {
        std::mem::take(&mut *self.0.lock().expect("not poisoned"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_the_size_that_is_claimed_and_is_a_fact() {
        let (asset_id, chat_id) = (AssetId::new(), ChatId::new());
        let outgoing = Outgoing::new(asset_id, chat_id);
        assert_eq!(outgoing.payload.len(), PAYLOAD_BYTES);
        let fact = Fact::decode(&outgoing.payload).unwrap();
        assert!(fact.belongs_on(&ChatSubject::new(asset_id, chat_id, Leaf::SaidClient)));
        let Identified { message_id } = serde_json::from_slice(&outgoing.payload).unwrap();
        assert_eq!(message_id, outgoing.message_id);
    }
}
