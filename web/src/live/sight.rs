//! What a technician who may not see every chat is told of one.

use broker_config::{AssetId, ChatId, ReadError};
use store::chats::Viewer;

use crate::front::Front;

use super::Live;
use super::hub::{About, Change};

/// Whether a technician is told of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// The chat is theirs to see.
    Seen,
    /// By this fact it is not any more, if it was before: they are told that it is gone, and not who has it.
    Leaves,
    /// It is not.
    Unseen,
}

impl Live {
    /// Whether `viewer` is told of a fact: of an assignment by whom it names, of others by who has the chat now.
    pub(super) async fn sight(&self, front: &Front, viewer: Viewer, about: About) -> Result<Sight, ReadError> {
        let About { asset_id, chat_id, change } = about;
        Ok(match change {
            Change::Assigned(to) if !viewer.sees(to) => Sight::Leaves,
            Change::Assigned(_) => Sight::Seen,
            Change::None if self.sees(front, viewer, asset_id, chat_id).await? => Sight::Seen,
            Change::None => Sight::Unseen,
        })
    }

    /// Whether `viewer` is told of a chat at all.
    pub(super) async fn sees(
        &self,
        front: &Front,
        viewer: Viewer,
        asset_id: AssetId,
        chat_id: ChatId,
    ) -> Result<bool, ReadError> {
        Ok(viewer.sees_all || viewer.sees(self.assignees.of(front.log(), asset_id, chat_id).await?))
    }
}
