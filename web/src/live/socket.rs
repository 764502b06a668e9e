//! One socket: tells what was missed, then what happens, until somebody ends it.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code};
use broker_config::{AssetId, ChatId, Ping, ReadError};
use futures::stream::SplitSink;
use futures::{SinkExt, StreamExt};
use store::chats::Viewer;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

use crate::front::Front;

use super::event::{ClosingReason, LiveEvent};
use super::heard;
use super::hub::Frame;
use super::pings::ToldPings;
use super::resume::{Begin, Resume, Step};
use super::sessions::SessionGuard;
use super::sight::Sight;
use super::tabs::TabGuard;

/// How long a browser may take no byte before its socket is cut.
const SEND_PATIENCE: Duration = Duration::from_secs(10);

/// How long a socket may take to say why it closes.
const CLOSE_PATIENCE: Duration = Duration::from_secs(2);

/// How many frames are written before they are flushed, when there are that many at once.
const BURST: usize = 64;

/// A browser has little to say here.
const HEARD_BYTES: usize = 4 * 1024;

/// What is written before the connection takes it; with the largest fact on top, all that a socket holds.
const WRITE_BYTES: usize = 32 * 1024;
const MAX_WRITE_BYTES: usize = 512 * 1024;

/// Keeps the memory of a socket small.
pub(super) fn configure(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade
        .read_buffer_size(HEARD_BYTES)
        .max_frame_size(HEARD_BYTES)
        .max_message_size(HEARD_BYTES)
        .write_buffer_size(WRITE_BYTES)
        .max_write_buffer_size(MAX_WRITE_BYTES)
}

/// Why a socket ends.
enum End {
    /// With a word.
    Closing(ClosingReason),
    /// What was missed cannot be told.
    Reset,
    /// Without a word: the browser is gone or takes nothing, or the log cannot be read and the browser should come back.
    Gone,
}

/// Runs a socket to its end.
pub(super) async fn run(
    front: &Front,
    web_socket: WebSocket,
    begin: Begin,
    tab: TabGuard,
    viewer: Viewer,
    session: SessionGuard,
) {
    let sockets = metrics::gauge!("trayline_sockets");
    sockets.increment(1);
    let (sink, stream) = web_socket.split();
    let told_pings = ToldPings::default();
    let mut socket = Socket { front, sink, session: &session, tab: &tab, viewer, told_pings, position: 0 };
    let end = tokio::select! {
        biased;
        reason = session.ended() => End::Closing(reason),
        () = front.live().closing.cancelled() => End::Closing(ClosingReason::ShuttingDown),
        () = heard::hear(front, &tab, stream) => End::Gone,
        Err(end) = socket.tell(begin) => end,
    };
    socket.close(end).await;
    sockets.decrement(1);
}

struct Socket<'a> {
    front: &'a Front,
    sink: SplitSink<WebSocket, Message>,
    session: &'a SessionGuard,
    tab: &'a TabGuard,
    viewer: Viewer,
    told_pings: ToldPings,
    /// The last fact that was told, or passed.
    position: u64,
}

impl Socket<'_> {
    /// Tells what was missed, then what happens.
    async fn tell(&mut self, begin: Begin) -> Result<Infallible, End> {
        let receiver = match begin {
            Begin::Live => {
                let joined = self.front.live().hub.join().ok_or(End::Gone)?;
                self.position = joined.head;
                joined.receiver
            }
            Begin::After(after) => self.catch_up(after).await?,
            Begin::Reset => return Err(End::Reset),
        };
        self.feed(LiveEvent::Ready { upto: self.position }.text()).await?;
        self.flush().await?;
        self.tell_live(receiver).await
    }

    async fn catch_up(&mut self, after: u64) -> Result<Receiver<Frame>, End> {
        let front = self.front;
        let _place = front.live().resumes.acquire().await.map_err(|_| End::Gone)?;
        let mut resume = Resume::new(front, self.viewer, after);
        loop {
            let step = resume.step().await.map_err(|error| unreadable(&error))?;
            match step {
                Step::Page(texts) => {
                    for text in texts {
                        self.feed(text).await?;
                    }
                    self.flush().await?;
                }
                Step::Live { upto, receiver } => {
                    self.position = upto;
                    return Ok(receiver);
                }
                Step::Reset => return Err(End::Reset),
            }
        }
    }

    /// Tells what happens, and flushes as soon as nothing more is at hand.
    async fn tell_live(&mut self, mut ring: Receiver<Frame>) -> Result<Infallible, End> {
        loop {
            let frame = ring.recv().await.map_err(|error| match error {
                RecvError::Lagged(_) => too_slow(),
                RecvError::Closed => End::Gone,
            })?;
            self.take(frame).await?;
            for _ in 1..BURST {
                match ring.try_recv() {
                    Ok(frame) => self.take(frame).await?,
                    Err(TryRecvError::Lagged(_)) => return Err(too_slow()),
                    Err(TryRecvError::Empty | TryRecvError::Closed) => break,
                }
            }
            self.flush().await?;
        }
    }

    async fn take(&mut self, frame: Frame) -> Result<(), End> {
        match frame {
            Frame::Fact { seq, .. } if seq <= self.position => Ok(()),
            Frame::Fact { seq, about, text } => {
                self.position = seq;
                match self
                    .front
                    .live()
                    .sight(self.front, self.viewer, about)
                    .await
                    .map_err(|error| unreadable(&error))?
                {
                    Sight::Seen => self.feed(text).await,
                    Sight::Leaves => self.feed(LiveEvent::ChatHidden { seq, chat_id: about.chat_id }.text()).await,
                    Sight::Unseen => Ok(()),
                }
            }
            Frame::OfChat { asset_id, chat_id, text } => {
                if self.sees(asset_id, chat_id).await? {
                    self.feed(text).await
                } else {
                    Ok(())
                }
            }
            Frame::Passing { to, text } if to.is_none_or(|to| to == self.tab.technician_id()) => self.feed(text).await,
            Frame::Heartbeat(text) => {
                self.feed(text).await?;
                patiently(self.sink.feed(Message::Ping(Bytes::new()))).await
            }
            Frame::Ping { to, ping } if to == self.tab.technician_id() => self.ping(&ping).await,
            Frame::Passing { .. } | Frame::Ping { .. } => Ok(()),
            Frame::Lost => Err(End::Reset),
        }
    }

    /// Tells a ping, if it is not one that came before.
    async fn ping(&mut self, ping: &Ping) -> Result<(), End> {
        if !self.told_pings.is_new(ping) {
            return Ok(());
        }
        let Ping { chat_id, asset_id, seq, .. } = *ping;
        if !self.sees(asset_id, chat_id).await? {
            return Ok(());
        }
        let plays = self.tab.plays(ping);
        self.feed(LiveEvent::Ping { asset_id, chat_id, seq, plays }.text()).await
    }

    async fn sees(&self, asset_id: AssetId, chat_id: ChatId) -> Result<bool, End> {
        self.front.live().sees(self.front, self.viewer, asset_id, chat_id).await.map_err(|error| unreadable(&error))
    }

    /// Writes one frame, if the session may still hear it.
    async fn feed(&mut self, text: Utf8Bytes) -> Result<(), End> {
        if let Some(reason) = self.session.has_ended() {
            return Err(End::Closing(reason));
        }
        patiently(self.sink.feed(Message::Text(text))).await
    }

    async fn flush(&mut self) -> Result<(), End> {
        patiently(self.sink.flush()).await
    }

    /// Says why, as far as the browser still listens, and closes.
    async fn close(mut self, end: End) {
        let (events, code) = match end {
            End::Closing(reason) => (vec![LiveEvent::Closing { reason }], code_of(reason)),
            End::Reset => {
                let reason = ClosingReason::TooFarBehind;
                (vec![LiveEvent::Reset, LiveEvent::Closing { reason }], code_of(reason))
            }
            End::Gone => (Vec::new(), close_code::AGAIN),
        };
        let farewell = async {
            for event in events {
                self.sink.feed(Message::Text(event.text())).await?;
            }
            let frame = CloseFrame { code, reason: Utf8Bytes::from_static("") };
            self.sink.send(Message::Close(Some(frame))).await
        };
        if !matches!(tokio::time::timeout(CLOSE_PATIENCE, farewell).await, Ok(Ok(()))) {
            tracing::debug!("a socket closed without a word");
        }
    }
}

fn unreadable(error: &ReadError) -> End {
    tracing::warn!(error = error as &dyn std::error::Error, "a socket could not read what it has to tell");
    End::Gone
}

fn too_slow() -> End {
    metrics::counter!("trayline_live_lagged_total").increment(1);
    End::Closing(ClosingReason::Slow)
}

fn code_of(reason: ClosingReason) -> u16 {
    match reason {
        ClosingReason::SignedOut | ClosingReason::NoChatRights => close_code::POLICY,
        ClosingReason::ShuttingDown => close_code::AWAY,
        ClosingReason::RightsChanged | ClosingReason::Slow | ClosingReason::TooFarBehind => close_code::AGAIN,
    }
}

async fn patiently(sending: impl Future<Output = Result<(), axum::Error>>) -> Result<(), End> {
    match tokio::time::timeout(SEND_PATIENCE, sending).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(End::Gone),
        Err(_) => Err(too_slow()),
    }
}
