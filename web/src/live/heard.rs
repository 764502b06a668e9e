//! What a browser says on its socket: whether the tab is visible, and nothing else.

use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use futures::StreamExt;
use futures::stream::SplitStream;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::front::Front;

use super::tabs::TabGuard;

/// A browser of which nothing is heard for so long is gone: it answers a ping with every heartbeat.
const SILENCE: Duration = Duration::from_secs(45);

/// The pause after each message, so that whoever says too much waits.
const PAUSE: Duration = Duration::from_millis(100);

/// What a browser says on the live socket. Anything else is not heard.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum LiveWord {
    /// The tab became visible or hidden; said once it is open, and at every change.
    Visible {
        /// Which of the two.
        visible: bool,
    },
}

/// Listens until the browser closes the socket or goes away.
pub(super) async fn hear(front: &Front, tab: &TabGuard, mut stream: SplitStream<WebSocket>) {
    while let Ok(Some(Ok(message))) = tokio::time::timeout(SILENCE, stream.next()).await {
        match message {
            Message::Close(_) => return,
            Message::Text(text) => {
                if let Ok(LiveWord::Visible { visible }) = serde_json::from_str(&text) {
                    tab.saw(visible, front.now());
                }
            }
            Message::Binary(_) | Message::Ping(_) | Message::Pong(_) => {}
        }
        tokio::time::sleep(PAUSE).await;
    }
}
