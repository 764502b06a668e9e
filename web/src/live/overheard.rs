//! What is said live and not stored: typing, receipts, and what technicians are told.

use std::time::Duration;

use broker_config::{
    AssetId, AssetPresence, ChatId, LiveLeaf, LiveSubject, Reached, Receipts, TechnicianLeaf, TechnicianSubject,
    Typing, subject,
};
use futures::StreamExt;
use futures::stream::select;

use crate::front::Front;

use super::event::LiveEvent;

/// How long to wait when the broker does not take the subscription.
const PAUSE: Duration = Duration::from_secs(1);

/// Tells the sockets what is said live. The subscriptions survive the broker's restarts.
pub(super) async fn overhear(front: &Front) {
    let client = front.log().client();
    loop {
        match tokio::try_join!(client.subscribe(subject::ALL_LIVE), client.subscribe(subject::ASSET_PRESENCE)) {
            Ok((live, presence)) => {
                let mut heard = select(live, presence);
                while let Some(message) = heard.next().await {
                    tell(front, &message.subject, &message.payload);
                }
            }
            Err(error) => tracing::warn!(%error, "cannot hear what is said live"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Tells what a message says, if it can be read, to those whom it concerns.
fn tell(front: &Front, subject: &str, payload: &[u8]) {
    let hub = &front.live().hub;
    if let Ok(TechnicianSubject { technician_id, leaf }) = subject.parse() {
        match leaf {
            TechnicianLeaf::Ping => {
                if let Ok(ping) = serde_json::from_slice(payload) {
                    hub.ping(technician_id, ping);
                }
            }
            TechnicianLeaf::Rights => front.live().sessions.have_checked(),
            TechnicianLeaf::Notice => {
                if let Ok(notice) = serde_json::from_slice(payload) {
                    hub.tell_one(technician_id, &LiveEvent::Notice { notice });
                }
            }
        }
    } else if subject == subject::ASSET_PRESENCE {
        if let Ok(AssetPresence { assets }) = serde_json::from_slice(payload) {
            hub.tell(&LiveEvent::AssetPresence { assets });
        }
    } else if let Ok(LiveSubject { asset_id, chat_id, leaf }) = subject.parse()
        && let Some(event) = of_chat(asset_id, chat_id, leaf, payload)
    {
        hub.tell_of_chat(asset_id, chat_id, &event);
    }
}

/// What a message says about a chat. Devices can send here: what they say about who is typing does not count.
fn of_chat(asset_id: AssetId, chat_id: ChatId, leaf: LiveLeaf, payload: &[u8]) -> Option<LiveEvent> {
    Some(match leaf {
        LiveLeaf::TypingClient => LiveEvent::Typing { asset_id, chat_id, technician_id: None },
        LiveLeaf::TypingTechnician => {
            let Typing { technician_id } = serde_json::from_slice(payload).ok()?;
            LiveEvent::Typing { asset_id, chat_id, technician_id: Some(technician_id?) }
        }
        LiveLeaf::Reached => {
            let Reached { delivered_upto, shown_upto } = serde_json::from_slice(payload).ok()?;
            LiveEvent::Reached { asset_id, chat_id, delivered_upto, shown_upto }
        }
        LiveLeaf::Stored | LiveLeaf::Noted => {
            let Receipts { messages } = serde_json::from_slice(payload).ok()?;
            LiveEvent::Stored { asset_id, chat_id, messages }
        }
    })
}
