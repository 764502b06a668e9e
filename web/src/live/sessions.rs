//! The sessions that have sockets, and what ends them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::front::Front;

use super::SESSION_CHECK;

/// How many sockets one session may have.
const SOCKETS_PER_SESSION: usize = 32;

type Sessions = HashMap<[u8; 32], OpenSession>;

/// The sessions that have sockets, by the hash of their token.
#[derive(Default)]
pub(super) struct OpenSessions(Arc<Mutex<Sessions>>);

struct OpenSession {
    ended: CancellationToken,
    sockets: usize,
}

/// One socket's part in its session.
pub(super) struct SessionGuard {
    sessions: Arc<Mutex<Sessions>>,
    token_hash: [u8; 32],
    ended: CancellationToken,
}

impl OpenSessions {
    /// Adds a socket. `None` when the session has too many.
    pub(super) fn enter(&self, token_hash: [u8; 32]) -> Option<SessionGuard> {
        let mut sessions = lock(&self.0);
        let new = || OpenSession { ended: CancellationToken::new(), sockets: 0 };
        let session = sessions.entry(token_hash).or_insert_with(new);
        if session.sockets == SOCKETS_PER_SESSION {
            return None;
        }
        session.sockets += 1;
        let ended = session.ended.clone();
        Some(SessionGuard { sessions: Arc::clone(&self.0), token_hash, ended })
    }

    /// Closes the sockets of a session.
    pub(super) fn end(&self, token_hash: &[u8; 32]) {
        if let Some(session) = lock(&self.0).get(token_hash) {
            session.ended.cancel();
        }
    }

    fn token_hashes(&self) -> Vec<[u8; 32]> {
        lock(&self.0).keys().copied().collect()
    }
}

impl SessionGuard {
    /// Whether the session may still hear anything. Asked before every message.
    pub(super) fn may_hear(&self) -> bool {
        !self.ended.is_cancelled()
    }

    /// Waits for the end of the session.
    pub(super) async fn ended(&self) {
        self.ended.cancelled().await;
    }
}

impl Drop for SessionGuard {
    fn drop(&mut self) {
        if let Entry::Occupied(mut session) = lock(&self.sessions).entry(self.token_hash) {
            session.get_mut().sockets -= 1;
            if session.get().sockets == 0 {
                session.remove();
            }
        }
    }
}

/// Closes the sockets of sessions that have expired, or were ended or disabled by another process. One query for all; when
/// the database is away, they stay until it answers.
pub(super) async fn check(front: &Front) {
    let mut ticks = tokio::time::interval(SESSION_CHECK);
    loop {
        ticks.tick().await;
        let open = front.live().sessions.token_hashes();
        if open.is_empty() {
            continue;
        }
        match store::sessions::good(front.db(), &open, front.now()).await {
            Ok(good) => {
                let bad = open.iter().filter(|open| !good.iter().any(|good| good == open.as_slice()));
                bad.for_each(|token_hash| front.live().end_session(token_hash));
            }
            Err(error) => tracing::warn!(%error, "the sessions of live sockets could not be checked"),
        }
    }
}

fn lock(sessions: &Mutex<Sessions>) -> MutexGuard<'_, Sessions> {
    sessions.lock().unwrap_or_else(PoisonError::into_inner)
}
