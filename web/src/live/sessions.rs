//! The sessions that have sockets, and what ends them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use broker_config::{SessionId, TechnicianId};
use tokio::sync::watch;

use crate::front::Front;

use super::SESSION_CHECK;
use super::event::ClosingReason;

/// How many sockets one session may have.
const SOCKETS_PER_SESSION: usize = 32;

type Sessions = HashMap<SessionId, OpenSession>;

/// The sessions that have sockets.
#[derive(Default)]
pub(super) struct OpenSessions(Arc<Mutex<Sessions>>);

struct OpenSession {
    technician_id: TechnicianId,
    /// Why its sockets close, once they must.
    ended: watch::Sender<Option<ClosingReason>>,
    sockets: usize,
}

/// One socket's part in its session.
pub(super) struct SessionGuard {
    sessions: Arc<Mutex<Sessions>>,
    session_id: SessionId,
    ended: watch::Receiver<Option<ClosingReason>>,
}

impl OpenSessions {
    /// Adds a socket. `None` when the session has too many.
    pub(super) fn enter(&self, session_id: SessionId, technician_id: TechnicianId) -> Option<SessionGuard> {
        let mut sessions = lock(&self.0);
        let new = || OpenSession { technician_id, ended: watch::Sender::new(None), sockets: 0 };
        let session = sessions.entry(session_id).or_insert_with(new);
        if session.sockets == SOCKETS_PER_SESSION {
            return None;
        }
        session.sockets += 1;
        let ended = session.ended.subscribe();
        Some(SessionGuard { sessions: Arc::clone(&self.0), session_id, ended })
    }

    /// Closes the sockets of a session.
    pub(super) fn end(&self, session_id: SessionId, reason: ClosingReason) {
        if let Some(session) = lock(&self.0).get(&session_id) {
            session.end(reason);
        }
    }

    /// Closes the sockets of every session of a technician.
    pub(super) fn end_all_of(&self, technician_id: TechnicianId, reason: ClosingReason) {
        let sessions = lock(&self.0);
        sessions.values().filter(|session| session.technician_id == technician_id).for_each(|of| of.end(reason));
    }

    fn ids(&self) -> Vec<SessionId> {
        lock(&self.0).keys().copied().collect()
    }
}

impl OpenSession {
    fn end(&self, reason: ClosingReason) {
        self.ended.send_replace(Some(reason));
    }
}

impl SessionGuard {
    /// Why the session may not hear anything any more, if so. Asked before every message.
    pub(super) fn has_ended(&self) -> Option<ClosingReason> {
        *self.ended.borrow()
    }

    /// Waits for the end of the session.
    pub(super) async fn ended(&self) -> ClosingReason {
        let mut ended = self.ended.clone();
        // The sender is among the open sessions for as long as this guard is.
        let reason = ended.wait_for(Option::is_some).await.ok().and_then(|reason| *reason);
        reason.unwrap_or(ClosingReason::SignedOut)
    }
}

impl Drop for SessionGuard {
    fn drop(&mut self) {
        if let Entry::Occupied(mut session) = lock(&self.sessions).entry(self.session_id) {
            session.get_mut().sockets -= 1;
            if session.get().sockets == 0 {
                session.remove();
            }
        }
    }
}

/// Closes the sockets of sessions that have expired, or were ended, disabled or lost the right to chat by another process.
/// One query for all; when the database is away, they stay until it answers.
pub(super) async fn check(front: &Front) {
    let mut ticks = tokio::time::interval(SESSION_CHECK);
    loop {
        ticks.tick().await;
        let open = front.live().sessions.ids();
        if open.is_empty() {
            continue;
        }
        match store::sessions::good(front.db(), &open, front.now()).await {
            Ok(good) => {
                for session_id in open {
                    let session = good.iter().find(|session| session.session_id == session_id);
                    let reason = match session {
                        Some(session) if session.can_chat => continue,
                        Some(_) => ClosingReason::NoChatRights,
                        None => ClosingReason::SignedOut,
                    };
                    front.live().sessions.end(session_id, reason);
                }
            }
            Err(error) => tracing::warn!(%error, "the sessions of live sockets could not be checked"),
        }
    }
}

fn lock(sessions: &Mutex<Sessions>) -> MutexGuard<'_, Sessions> {
    sessions.lock().unwrap_or_else(PoisonError::into_inner)
}
