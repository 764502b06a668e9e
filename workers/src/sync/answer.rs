//! What one device is told.

use std::collections::HashSet;

use broker_config::{
    AssetId, AssetState, ChatId, ChatSubject, Fact, Leaf, Logged, ReadError, SyncRequest, Synced, subject,
};
use store::sync::Missed;

use super::page::Page;
use super::{Sync, SyncError};

/// The least that is asked of the log at once.
const LEAST_TAIL_BYTES: usize = 4 * 1024;

/// Which chats a device is told of.
enum Scope {
    /// Those that it may have missed something of.
    All,
    /// It has nothing yet: its open chat, else its last one, and what was opened since.
    Only(HashSet<ChatId>),
}

impl Sync {
    /// Answers a request of the device of `asset_id`.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub async fn answer(&self, asset_id: AssetId, request: &SyncRequest) -> Result<Synced, SyncError> {
        let (device, stored, (floor, mut state)) = tokio::try_join!(
            async { Ok(store::sync::device(&self.db, asset_id).await?) },
            self.stored(asset_id, request),
            async { Ok(self.log_position(asset_id).await?) },
        )?;
        let device = device.ok_or(SyncError::UnknownAsset)?;

        let mut scope = self.scope(asset_id, request, &state).await?;
        let (page, upto, more) = self.facts(asset_id, request.after, floor, &mut state, &mut scope).await?;
        Ok(Synced {
            asset_name: device.name,
            organisation: self.organisation.clone(),
            menu: device.policy.menu(),
            open_chat: state.open_chat(),
            state_seq: state.seq,
            facts: page.into_facts(),
            upto,
            more,
            stored,
        })
    }

    /// Up to where Postgres has everything, and then whether a chat is open. In this order: a chat that is not open yet
    /// has nothing below the floor.
    async fn log_position(&self, asset_id: AssetId) -> Result<(u64, AssetState), ReadError> {
        let floor = self.log.persisted_upto().await?;
        Ok((floor, self.log.asset_state(asset_id).await?))
    }

    async fn stored(
        &self,
        asset_id: AssetId,
        request: &SyncRequest,
    ) -> Result<Vec<broker_config::MessageId>, SyncError> {
        if request.pending.is_empty() {
            return Ok(Vec::new());
        }
        Ok(store::sync::stored(&self.db, asset_id, &request.pending).await?)
    }

    async fn scope(&self, asset_id: AssetId, request: &SyncRequest, state: &AssetState) -> Result<Scope, SyncError> {
        if request.after > 0 {
            return Ok(Scope::All);
        }
        let last = match state.chat_id {
            Some(chat_id) => Some(chat_id),
            None => store::sync::last_chat(&self.db, asset_id).await?,
        };
        Ok(Scope::Only(last.into_iter().collect()))
    }

    /// The facts after `after` as far as one answer carries them: from Postgres up to `floor`, then from the log. Says up
    /// to where they are complete, and whether there are more.
    async fn facts(
        &self,
        asset_id: AssetId,
        after: u64,
        floor: u64,
        state: &mut AssetState,
        scope: &mut Scope,
    ) -> Result<(Page, u64, bool), SyncError> {
        let mut page = Page::default();
        let chat_id = scope.only();
        if after < floor && !scope.is_empty() {
            let missed = Missed { asset_id, chat_id, after, upto: floor };
            let snapshot = store::sync::missed(&self.db, &missed, Synced::MAX_FACT_BYTES).await?;
            for logged in snapshot.facts {
                if let Err(upto) = page.push(logged) {
                    return Ok((page, upto, true));
                }
            }
            if snapshot.more {
                let upto = page.last_seq().unwrap_or(after);
                return Ok((page, upto, true));
            }
        }

        let start = match chat_id {
            Some(chat_id) => self.opened_seq(asset_id, chat_id).await?,
            None => 0,
        };
        let from = after.max(floor).max(start.saturating_sub(1));
        let room = page.room().max(LEAST_TAIL_BYTES);
        let tail = self.log.tail(&subject::chats_of(asset_id), from, room).await?;
        if after > floor && tail.facts.is_empty() {
            // A device that has more than the log is told so: somebody put back an older one.
            let (_, last) = self.log.bounds().await?;
            return Ok((page, tail.upto.min(last), tail.more));
        }
        for logged in &tail.facts {
            scope.follow(logged, state);
        }
        for logged in tail.facts {
            if is_for_devices(logged.subject.leaf)
                && scope.has(logged.subject.chat_id)
                && let Err(upto) = page.push(logged)
            {
                return Ok((page, upto, true));
            }
        }
        Ok((page, tail.upto, tail.more))
    }

    /// Where a chat begins on the log, 0 when the log does not know (any more).
    async fn opened_seq(&self, asset_id: AssetId, chat_id: ChatId) -> Result<u64, ReadError> {
        let opened = ChatSubject::new(asset_id, chat_id, Leaf::Opened);
        match self.log.last(&opened.to_string()).await {
            Ok(opened) => Ok(opened.map_or(0, |opened| opened.seq)),
            Err(ReadError::Malformed(_)) => Ok(0),
            Err(error) => Err(error),
        }
    }
}

impl Scope {
    /// The only chat, where there is only one.
    fn only(&self) -> Option<ChatId> {
        match self {
            Self::All => None,
            Self::Only(chats) => chats.iter().next().copied(),
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::Only(chats) if chats.is_empty())
    }

    fn has(&self, chat_id: ChatId) -> bool {
        match self {
            Self::All => true,
            Self::Only(chats) => chats.contains(&chat_id),
        }
    }

    /// Takes notice of a chat that was opened or closed since `state` was read.
    fn follow(&mut self, logged: &Logged, state: &mut AssetState) {
        let is_open = match logged.fact {
            Fact::Opened(_) => true,
            Fact::Closed(_) => false,
            _ => return,
        };
        if logged.seq > state.seq {
            let chat_id = logged.subject.chat_id;
            *state = AssetState { seq: logged.seq, chat_id: Some(chat_id), is_open };
            if let Self::Only(chats) = self {
                chats.insert(chat_id);
            }
        }
    }
}

/// Devices never see notes, nor who has the chat, nor tickets.
fn is_for_devices(leaf: Leaf) -> bool {
    match leaf {
        Leaf::Opened
        | Leaf::Closed
        | Leaf::SaidClient
        | Leaf::SaidTechnician
        | Leaf::SaidSystem
        | Leaf::ReadClient
        | Leaf::ReadTechnician(_) => true,
        Leaf::Note | Leaf::Assigned | Leaf::Ticketed => false,
    }
}
