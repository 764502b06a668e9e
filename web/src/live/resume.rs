//! What a socket missed, from the log: every fact once and in order, up to where the ring goes on.

use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use broker_config::{AssetId, Fact, Logged, ReadError, Tail, subject};
use store::chats::Viewer;
use tokio::sync::broadcast::Receiver;

use crate::front::Front;
use crate::problem::Problem;
use crate::shape::ChatHeader;

use super::event::LiveEvent;
use super::hub::{About, Frame};
use super::sight::Sight;

/// How many facts a socket is told at most before it is live. Whoever missed more fetches a new snapshot.
pub(super) const MOST: u64 = 20_000;

/// About how many bytes of facts are held at once.
const PAGE_BYTES: usize = 512 * 1024;

/// How long names of assets may take. A chat's beginning is told without them rather than late.
const NAMES_PATIENCE: Duration = Duration::from_millis(250);

/// How long, and how often, to wait for a replica of the log that is behind.
const REPLICA_PAUSE: Duration = Duration::from_millis(50);
const REPLICA_ATTEMPTS: usize = 40;

/// Where a socket begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begin {
    /// Now.
    Live,
    /// After this sequence.
    After(u64),
    /// Nowhere: the log does not have, or has too much of, what follows.
    Reset,
}

/// Decides where a socket begins that has everything up to `after`.
pub(super) async fn begin(front: &Front, after: Option<u64>) -> Result<Begin, Problem> {
    if front.live().hub.head().is_none() {
        return Err(Problem::BrokerUnavailable("the log has not been reached yet".into()));
    }
    let Some(after) = after else { return Ok(Begin::Live) };
    let (first, last) = front.log().bounds().await?;
    let is_reachable = after <= last && first <= after + 1 && last - after <= MOST;
    Ok(if is_reachable { Begin::After(after) } else { Begin::Reset })
}

/// Reads what was missed, page by page. When it has reached the ring, it hands over to it.
pub(super) struct Resume<'a> {
    front: &'a Front,
    viewer: Viewer,
    position: u64,
    told: u64,
    joined: Option<(u64, Receiver<Frame>)>,
    attempts: usize,
}

/// The next thing to do.
pub(super) enum Step {
    /// Tell this.
    Page(Vec<Utf8Bytes>),
    /// From `upto` on, the ring tells.
    Live { upto: u64, receiver: Receiver<Frame> },
    /// There was more than [`MOST`], or the log lost it meanwhile.
    Reset,
}

impl<'a> Resume<'a> {
    pub(super) fn new(front: &'a Front, viewer: Viewer, after: u64) -> Self {
        Self { front, viewer, position: after, told: 0, joined: None, attempts: 0 }
    }

    /// Goes one step on. First the log to its end, however it grows; then a place at the ring; then the log up to that place.
    pub(super) async fn step(&mut self) -> Result<Step, ReadError> {
        if let Some((head, _)) = self.joined
            && self.position >= head
            && let Some((head, receiver)) = self.joined.take()
        {
            return Ok(Step::Live { upto: self.position.max(head), receiver });
        }
        if self.told > MOST || self.attempts > REPLICA_ATTEMPTS {
            return Ok(Step::Reset);
        }
        let tail = self.front.log().tail(subject::ALL_CHATS, self.position, PAGE_BYTES).await?;
        let stalls = tail.upto == self.position;
        let page = self.page(tail).await?;
        if stalls && self.joined.as_ref().is_none_or(|(head, _)| self.position < *head) {
            self.attempts += 1;
            tokio::time::sleep(REPLICA_PAUSE).await;
        }
        Ok(Step::Page(page))
    }

    async fn page(&mut self, tail: Tail) -> Result<Vec<Utf8Bytes>, ReadError> {
        let Tail { mut facts, mut upto, more } = tail;
        if let Some((head, _)) = self.joined {
            facts.retain(|logged| logged.seq <= head);
            upto = upto.min(head);
        }
        self.position = self.position.max(upto);
        self.told += facts.len() as u64;
        if !more && self.joined.is_none() {
            self.joined = self.front.live().hub.join().map(|joined| (joined.head, joined.receiver));
        }
        let headers = headers(self.front, facts.iter()).await;
        let mut page = Vec::with_capacity(facts.len());
        for logged in facts {
            let (seq, about) = (logged.seq, About::of(&logged));
            match self.front.live().sight(self.front, self.viewer, about).await? {
                Sight::Seen => page.push(text(logged, &headers)),
                Sight::Leaves => page.push(LiveEvent::ChatHidden { seq, chat_id: about.chat_id }.text()),
                Sight::Unseen => {}
            }
        }
        Ok(page)
    }
}

fn text(logged: Logged, headers: &[(AssetId, ChatHeader)]) -> Utf8Bytes {
    let is_opened = matches!(logged.fact, Fact::Opened(_));
    let header = headers.iter().find(|(asset_id, _)| is_opened && *asset_id == logged.subject.asset_id);
    LiveEvent::of(logged, header.map(|(_, header)| header.clone())).text()
}

/// The names that belong to those of `facts` that begin a chat, as far as they are known soon.
pub(super) async fn headers(front: &Front, facts: impl Iterator<Item = &Logged>) -> Vec<(AssetId, ChatHeader)> {
    let opened = facts.filter(|logged| matches!(logged.fact, Fact::Opened(_)));
    let asset_ids: Vec<AssetId> = opened.map(|logged| logged.subject.asset_id).collect();
    if asset_ids.is_empty() {
        return Vec::new();
    }
    let assets = store::assets::by_ids(front.db(), &asset_ids);
    match tokio::time::timeout(NAMES_PATIENCE, assets).await {
        Ok(Ok(assets)) => assets.into_iter().map(|asset| (asset.asset_id, asset.into())).collect(),
        _ => Vec::new(),
    }
}
