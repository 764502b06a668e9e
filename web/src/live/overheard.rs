//! What is said live and not stored: typing and receipts.

use std::time::Duration;

use broker_config::{LiveLeaf, LiveSubject, Receipts, Typing, subject};
use futures::StreamExt;

use crate::front::Front;

use super::event::LiveEvent;

/// How long to wait when the broker does not take the subscription.
const PAUSE: Duration = Duration::from_secs(1);

/// Tells the sockets what is said live. The subscription survives the broker's restarts.
pub(super) async fn overhear(front: &Front) {
    loop {
        match front.log().client().subscribe(subject::ALL_LIVE).await {
            Ok(mut heard) => {
                while let Some(message) = heard.next().await {
                    if let Some(event) = event(&message.subject, &message.payload) {
                        front.live().hub.tell(&event);
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "cannot hear typing and receipts"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// What a message says, if it can be read. Devices can send here: what they say about who is typing does not count.
fn event(subject: &str, payload: &[u8]) -> Option<LiveEvent> {
    let LiveSubject { asset_id, chat_id, leaf } = subject.parse().ok()?;
    Some(match leaf {
        LiveLeaf::TypingClient => LiveEvent::Typing { asset_id, chat_id, technician_id: None },
        LiveLeaf::TypingTechnician => {
            let Typing { technician_id } = serde_json::from_slice(payload).ok()?;
            LiveEvent::Typing { asset_id, chat_id, technician_id: Some(technician_id?) }
        }
        LiveLeaf::Stored | LiveLeaf::Noted => {
            let Receipts { messages } = serde_json::from_slice(payload).ok()?;
            LiveEvent::Stored { asset_id, chat_id, messages }
        }
    })
}
