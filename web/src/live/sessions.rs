//! The sessions that have sockets, and what ends them. An API token is a session here, too.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use broker_config::TechnicianId;
use store::api_tokens::GoodApiToken;
use store::rights::{Right, Rights};
use tokio::sync::{Notify, watch};

use crate::front::Front;
use crate::signed_in::{Credential, SignedIn};

use super::SESSION_CHECK;
use super::event::ClosingReason;

/// How many sockets one session may have.
const SOCKETS_PER_SESSION: usize = 32;

type Sessions = HashMap<Credential, OpenSession>;

/// The sessions that have sockets.
#[derive(Default)]
pub(super) struct OpenSessions {
    open: Arc<Mutex<Sessions>>,
    /// That rights have changed somewhere.
    changed: Notify,
}

struct OpenSession {
    technician_id: TechnicianId,
    /// What its technician could do when its first socket was opened.
    rights: Rights,
    /// Why its sockets close, once they must.
    ended: watch::Sender<Option<ClosingReason>>,
    sockets: usize,
}

/// One socket's part in its session.
pub(super) struct SessionGuard {
    sessions: Arc<Mutex<Sessions>>,
    credential: Credential,
    ended: watch::Receiver<Option<ClosingReason>>,
}

impl OpenSessions {
    /// Adds a socket. `None` when the session has too many.
    pub(super) fn enter(&self, technician: &SignedIn) -> Option<SessionGuard> {
        let SignedIn { technician_id, rights, credential, .. } = *technician;
        let mut sessions = lock(&self.open);
        let new = || OpenSession { technician_id, rights, ended: watch::Sender::new(None), sockets: 0 };
        let session = sessions.entry(credential).or_insert_with(new);
        if session.sockets == SOCKETS_PER_SESSION {
            return None;
        }
        session.sockets += 1;
        let ended = session.ended.subscribe();
        Some(SessionGuard { sessions: Arc::clone(&self.open), credential, ended })
    }

    /// Closes the sockets of a session. Sockets that are opened later are not concerned.
    pub(super) fn end(&self, credential: Credential, reason: ClosingReason) {
        if let Some(session) = lock(&self.open).remove(&credential) {
            session.ended.send_replace(Some(reason));
        }
    }

    /// Closes the sockets of every session of a technician.
    pub(super) fn end_all_of(&self, technician_id: TechnicianId, reason: ClosingReason) {
        let of = |session: &OpenSession| session.technician_id == technician_id;
        for (_, session) in lock(&self.open).extract_if(|_, session| of(session)) {
            session.ended.send_replace(Some(reason));
        }
    }

    /// Has the sessions checked soon: somebody's rights have changed.
    pub(super) fn have_checked(&self) {
        self.changed.notify_one();
    }

    fn known(&self) -> Vec<(Credential, Rights)> {
        lock(&self.open).iter().map(|(credential, session)| (*credential, session.rights)).collect()
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
        // The sender goes once it has said why.
        let reason = ended.wait_for(Option::is_some).await.ok().and_then(|reason| *reason);
        reason.unwrap_or(ClosingReason::SignedOut)
    }
}

impl Drop for SessionGuard {
    fn drop(&mut self) {
        if let Entry::Occupied(mut session) = lock(&self.sessions).entry(self.credential)
            && session.get().ended.subscribe().same_channel(&self.ended)
        {
            session.get_mut().sockets -= 1;
            if session.get().sockets == 0 {
                session.remove();
            }
        }
    }
}

/// Checks the sessions from time to time, because another process may have changed what holds for them, and when somebody
/// says so.
pub(super) async fn check(front: &Front) {
    let sessions = &front.live().sessions;
    let mut ticks = tokio::time::interval(SESSION_CHECK);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = sessions.changed.notified() => {}
        }
        check_now(front).await;
    }
}

/// Closes the sockets of sessions that have expired or were ended, and of technicians who were disabled or whose rights are
/// others now. When the database is away, they stay until it answers.
pub(super) async fn check_now(front: &Front) {
    let sessions = &front.live().sessions;
    let known = sessions.known();
    if known.is_empty() {
        return;
    }
    match rights_now(front, &known).await {
        Ok(now) => {
            for (credential, then) in &known {
                if let Some(reason) = reason_to_close(*then, now.get(credential).copied()) {
                    sessions.end(*credential, reason);
                }
            }
        }
        Err(error) => tracing::warn!(%error, "the sessions of live sockets could not be checked"),
    }
}

/// What may be done now by those of these that are still good. One query for all sessions, and one for all tokens.
async fn rights_now(front: &Front, known: &[(Credential, Rights)]) -> sqlx::Result<HashMap<Credential, Rights>> {
    let (mut session_ids, mut api_token_ids) = (Vec::new(), Vec::new());
    for (credential, _) in known {
        match credential {
            Credential::Session(session_id) => session_ids.push(*session_id),
            Credential::ApiToken(api_token_id) => api_token_ids.push(*api_token_id),
        }
    }
    let mut rights = HashMap::new();
    if !session_ids.is_empty() {
        let good = store::sessions::good(front.db(), &session_ids, front.now()).await?;
        rights.extend(good.into_iter().map(|good| (Credential::Session(good.session_id), good.rights)));
    }
    if !api_token_ids.is_empty() {
        let good = store::api_tokens::good(front.db(), &api_token_ids, front.now()).await?;
        let token = |good: GoodApiToken| (Credential::ApiToken(good.api_token_id), good.rights.and(good.scopes));
        rights.extend(good.into_iter().map(token));
    }
    Ok(rights)
}

/// Why sockets that were opened with these rights close, by what their session's technician may do now.
fn reason_to_close(then: Rights, now: Option<Rights>) -> Option<ClosingReason> {
    match now {
        None => Some(ClosingReason::SignedOut),
        Some(now) if !now.has(Right::UseChat) => Some(ClosingReason::NoChatRights),
        Some(now) if now != then => Some(ClosingReason::RightsChanged),
        Some(_) => None,
    }
}

fn lock(sessions: &Mutex<Sessions>) -> MutexGuard<'_, Sessions> {
    sessions.lock().unwrap_or_else(PoisonError::into_inner)
}
