//! The live socket: what happens, told to every technician who may hear it as it happens.
//!
//! One ordered consumer per process reads the log (`follow.rs`) into a ring that every socket reads at its own pace
//! (`hub.rs`). What goes to sockets is serialised once. A socket that resumes reads what it missed from the log
//! (`resume.rs`), then the ring. Memory per socket is its buffers; one that cannot keep up with the ring is cut off.

mod assignees;
mod comings;
mod event;
mod follow;
mod heard;
mod hub;
mod leases;
mod overheard;
mod pings;
mod recent;
mod resume;
mod sessions;
mod sight;
mod socket;
mod tabs;

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use axum::extract::ws::WebSocketUpgrade;
use axum::response::Response;
use broker_config::presence::Online;
use broker_config::{
    ApiTokenId, AssetId, ChatId, SessionId, TabId, TabSubject, TechnicianId, TechnicianLeaf, TechnicianSubject,
};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::front::Front;
use crate::problem::Problem;
use crate::signed_in::{Credential, SignedIn};

use assignees::Assignees;
use event::ClosingReason;
use hub::Hub;
use recent::RecentChats;
use sessions::OpenSessions;
use tabs::OpenTabs;

pub(crate) use event::LiveEvent;
pub(crate) use heard::LiveWord;

/// How often sockets are told that nothing happened.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How often sessions with sockets are checked against the database, where another process may have ended them.
const SESSION_CHECK: Duration = Duration::from_secs(10);

/// How many sockets read what they missed at once; further ones wait.
const RESUMES_AT_ONCE: usize = 8;

/// The state of the live sockets.
pub(crate) struct Live {
    hub: Hub,
    recent: Mutex<RecentChats>,
    assignees: Assignees,
    sessions: OpenSessions,
    tabs: OpenTabs,
    online: Online,
    resumes: Semaphore,
    sockets: TaskTracker,
    closing: CancellationToken,
}

impl Live {
    pub(crate) fn new() -> Self {
        Self {
            hub: Hub::new(),
            recent: Mutex::new(RecentChats::default()),
            assignees: Assignees::default(),
            sessions: OpenSessions::default(),
            tabs: OpenTabs::default(),
            online: Online::default(),
            resumes: Semaphore::new(RESUMES_AT_ONCE),
            sockets: TaskTracker::new(),
            closing: CancellationToken::new(),
        }
    }

    /// The asset of a chat that began since this process did.
    pub(crate) fn asset_of(&self, chat_id: ChatId) -> Option<AssetId> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner).asset_of(chat_id)
    }

    /// Keeps in mind whose chat it is, until Postgres knows.
    pub(crate) fn remember(&self, chat_id: ChatId, asset_id: AssetId) {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner).remember(chat_id, asset_id);
    }

    /// Which technicians are online.
    pub(crate) fn online(&self) -> BTreeSet<TechnicianId> {
        self.online.known()
    }

    /// Closes the sockets of sessions that have ended.
    pub(crate) fn end_sessions(&self, session_ids: &[SessionId]) {
        for session_id in session_ids {
            self.sessions.end(Credential::Session(*session_id), ClosingReason::SignedOut);
        }
    }

    /// Closes the sockets of an API token that was revoked.
    pub(crate) fn end_api_token(&self, api_token_id: ApiTokenId) {
        self.sessions.end(Credential::ApiToken(api_token_id), ClosingReason::SignedOut);
    }

    /// Closes the sockets of a technician whose sessions have all ended.
    pub(crate) fn sign_out(&self, technician_id: TechnicianId) {
        self.sessions.end_all_of(technician_id, ClosingReason::SignedOut);
    }

    /// Tells every socket to come back, and takes no new ones.
    pub(crate) fn close(&self) {
        self.closing.cancel();
        self.sockets.close();
    }

    /// Waits until every socket is closed.
    pub(crate) async fn closed(&self) {
        self.sockets.wait().await;
    }
}

/// Turns a request into a socket.
pub(crate) async fn open(
    front: Front,
    technician: SignedIn,
    after: Option<u64>,
    tab_id: Option<TabId>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Problem> {
    if front.live().closing.is_cancelled() {
        return Err(Problem::Busy);
    }
    let begin = resume::begin(&front, after).await?;
    let session = front.live().sessions.enter(&technician).ok_or(Problem::Busy)?;
    let tracked = front.live().sockets.token();
    // Who listens by an API token is no tab: nobody sits there.
    let is_tab = technician.session().is_ok();
    let tab_id = tab_id.filter(|_| is_tab).unwrap_or_else(TabId::new);
    let tab = TabSubject { technician_id: technician.technician_id, tab_id };
    let viewer = technician.viewer();
    let upgrade = socket::configure(upgrade);
    Ok(upgrade.on_upgrade(async move |web_socket| {
        let tabs = &front.live().tabs;
        let tab = if is_tab { tabs.enter(tab, front.now()) } else { tabs.stay_out(tab) };
        socket::run(&front, web_socket, begin, tab, viewer, session).await;
        drop(tracked);
    }))
}

/// Has the present rights of these technicians hold on every socket: at once here, and as soon as they hear of it in other
/// processes, or within ten seconds when they do not.
pub(crate) async fn tell_rights(front: &Front, technician_ids: &[TechnicianId]) {
    sessions::check_now(front).await;
    for technician_id in technician_ids {
        let subject = TechnicianSubject { technician_id: *technician_id, leaf: TechnicianLeaf::Rights };
        if let Err(error) = front.log().client().publish(subject.to_string(), "{}".into()).await {
            tracing::warn!(%error, "other processes were not told of changed rights");
        }
    }
}

/// Keeps the sockets told, until `shutdown`.
pub(crate) async fn follow(front: &Front, shutdown: &CancellationToken) {
    let following = async {
        tokio::join!(
            follow::follow(front),
            overheard::overhear(front),
            sessions::check(front),
            front.live().hub.beat(HEARTBEAT),
            front.live().online.follow(front.log()),
            comings::tell(&front.live().online, &front.live().hub),
        )
    };
    tokio::select! {
        _ = following => {}
        () = shutdown.cancelled() => {}
    }
}

/// Keeps the leases of open tabs, until `stop`.
pub(crate) async fn keep_leases(front: &Front, stop: &CancellationToken) {
    leases::keep(front.log(), &front.live().tabs, stop).await;
}
