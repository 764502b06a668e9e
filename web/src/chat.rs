//! Finding the chat that a request is about, and refusing what a closed one does not take, or the technician may not see.

use broker_config::{AssetId, ChatId, ChatSubject, Leaf, MessageId};
use store::chats::ChatWhereabouts;
use store::rights::Right;
use tracing::Span;

use crate::front::Front;
use crate::problem::{Problem, Thing};
use crate::signed_in::SignedIn;

/// A chat that is open, by the log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OpenChat {
    pub asset_id: AssetId,
    pub chat_id: ChatId,
    /// What the next fact on the asset's states must expect.
    pub state_seq: u64,
}

impl OpenChat {
    pub(crate) fn subject(&self, leaf: Leaf) -> ChatSubject {
        ChatSubject::new(self.asset_id, self.chat_id, leaf)
    }
}

/// Where a chat is: by Postgres, or, before Postgres has it, by what this process heard or did itself. Postgres comes
/// first, because a device may name any chat in its own asset's subjects. A chat that the technician may not see is not there.
pub(crate) async fn find(
    front: &Front,
    technician: &SignedIn,
    chat_id: ChatId,
    message_id: Option<MessageId>,
) -> Result<ChatWhereabouts, Problem> {
    Span::current().record("chat.id", tracing::field::display(chat_id));
    if let Some(found) = store::chats::whereabouts(front.db(), chat_id, message_id).await? {
        return if technician.viewer().sees(found.assigned_to) { Ok(found) } else { Err(Problem::NoSuch(Thing::Chat)) };
    }
    let asset_id = front.live().asset_of(chat_id).ok_or(Problem::NoSuch(Thing::Chat))?;
    Ok(ChatWhereabouts { asset_id, is_closed: false, assigned_to: None, message_seq: None })
}

/// Refuses who may not read a chat that has ended, if it has.
pub(crate) fn check_archive(technician: &SignedIn, is_closed: bool) -> Result<(), Problem> {
    if is_closed { technician.demand(Right::ReadArchive) } else { Ok(()) }
}

/// The chat, if it is open: the log decides, and Postgres where the log no longer reaches back to its beginning.
pub(crate) async fn open(front: &Front, chat_id: ChatId, found: ChatWhereabouts) -> Result<OpenChat, Problem> {
    let state = front.log().asset_state(found.asset_id).await?;
    let is_open = match state.chat_id {
        Some(_) => state.open_chat() == Some(chat_id),
        None => !found.is_closed,
    };
    if is_open {
        Ok(OpenChat { asset_id: found.asset_id, chat_id, state_seq: state.seq })
    } else {
        Err(Problem::ChatClosed)
    }
}
