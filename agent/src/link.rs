//! The connection to the broker: made, watched and made again. The only part that knows NATS types.

mod ack;
mod connection;
mod incoming;
mod tunnel;
mod ways;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use async_nats::ConnectErrorKind;
use tokio::time::Sleep;

use crate::backoff::{Backoff, jittered};
use crate::identity::Identity;

pub(crate) use ack::{AckError, read_ack};
pub(crate) use connection::{Connection, Token};
pub(crate) use incoming::Incoming;

/// The pauses between attempts to connect.
const PAUSES: (Duration, Duration) = (Duration::from_millis(500), Duration::from_mins(1));

/// The pauses after the broker refused the credential: it may have been revoked for good.
const REFUSED_PAUSES: (Duration, Duration) = (Duration::from_mins(5), Duration::from_hours(1));

/// Something about the connection, or something that came over it.
#[derive(Debug)]
pub(crate) enum LinkEvent {
    /// There is a new connection, with all subscriptions; whatever was on its way over the old one may be lost.
    Connected,
    /// The connection is gone. Another is being made.
    Disconnected,
    /// The broker refuses the credential.
    Refused,
    /// Something that was heard had to be dropped.
    Gap,
    /// Something was heard.
    Heard(Incoming),
}

/// The connection, or the attempts to make one.
pub(crate) struct Link {
    identity: Identity,
    stage: Stage,
    pauses: Backoff,
    refused_pauses: Backoff,
    /// Whether the connection is to be made anew, with another credential.
    is_outdated: bool,
}

enum Stage {
    Pausing(Pin<Box<Sleep>>),
    Connecting(Pin<Box<dyn Future<Output = Result<Connection, async_nats::ConnectError>> + Send>>),
    Connected(Box<Connection>),
}

impl Link {
    pub(crate) fn new(identity: Identity) -> Self {
        let stage = Stage::Connecting(Box::pin(Connection::open(identity.clone())));
        Self {
            identity,
            stage,
            pauses: Backoff::new(PAUSES.0, PAUSES.1),
            refused_pauses: Backoff::new(REFUSED_PAUSES.0, REFUSED_PAUSES.1),
            is_outdated: false,
        }
    }

    /// Looks whether the device has another credential meanwhile, and if so, connects anew with that.
    pub(crate) fn renew(&mut self) {
        self.is_outdated |= self.take_newer();
    }

    /// The connection, while there is one.
    pub(crate) fn connection(&mut self) -> Option<&mut Connection> {
        match &mut self.stage {
            Stage::Connected(connection) => Some(connection),
            Stage::Pausing(_) | Stage::Connecting(_) => None,
        }
    }

    /// Waits for the next thing to happen. Nothing is lost when the future is dropped.
    pub(crate) async fn next(&mut self) -> LinkEvent {
        loop {
            if std::mem::take(&mut self.is_outdated) {
                let was_connected = matches!(self.stage, Stage::Connected(_));
                self.connect();
                if was_connected {
                    return LinkEvent::Disconnected;
                }
            }
            match &mut self.stage {
                Stage::Pausing(pause) => {
                    pause.await;
                    self.take_newer();
                    self.connect();
                }
                Stage::Connecting(connecting) => match connecting.await {
                    Ok(connection) => self.stage = Stage::Connected(Box::new(connection)),
                    Err(error) => {
                        if let Some(event) = self.could_not_connect(&error) {
                            return event;
                        }
                    }
                },
                Stage::Connected(connection) => match connection.next().await {
                    Some(LinkEvent::Connected) => {
                        self.pauses.reset();
                        self.refused_pauses.reset();
                        return LinkEvent::Connected;
                    }
                    Some(event) => return event,
                    None => {
                        self.pause(jittered(PAUSES.0));
                        return LinkEvent::Disconnected;
                    }
                },
            }
        }
    }

    fn connect(&mut self) {
        self.stage = Stage::Connecting(Box::pin(Connection::open(self.identity.clone())));
    }

    /// Takes the device's newest credential from the disk. Whether it is another one.
    fn take_newer(&mut self) -> bool {
        let Some(Ok(mut found)) = self.identity.folder.as_deref().map(Identity::load) else { return false };
        found.proxy.clone_from(&self.identity.proxy);
        let differs = found.differs_from(&self.identity);
        if differs {
            self.identity = found;
        }
        differs
    }

    fn could_not_connect(&mut self, error: &async_nats::ConnectError) -> Option<LinkEvent> {
        let refused =
            matches!(error.kind(), ConnectErrorKind::AuthorizationViolation | ConnectErrorKind::Authentication);
        if refused && self.take_newer() {
            self.connect();
            return None;
        }
        let pauses = if refused { &mut self.refused_pauses } else { &mut self.pauses };
        let pause = pauses.pause();
        tracing::info!(error = %error.kind(), pause_seconds = pause.as_secs_f32(), "no connection to the broker");
        self.pause(pause);
        refused.then_some(LinkEvent::Refused)
    }

    fn pause(&mut self, pause: Duration) {
        self.stage = Stage::Pausing(Box::pin(tokio::time::sleep(pause)));
    }
}
