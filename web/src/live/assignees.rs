//! Who has which chat, for those sockets that are told of some chats only.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use broker_config::{AssetId, ChatId, ChatSubject, Fact, Leaf, Log, ReadError, TechnicianId};

/// Of how many chats is kept in mind who has them. Of others it is read from the log, in less than a millisecond.
const CHATS: usize = 10_000;

/// Who has the chats of which something was told lately, by the latest assignment that is known.
#[derive(Default)]
pub(super) struct Assignees(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    chats: HashMap<ChatId, Assignment>,
    order: VecDeque<ChatId>,
}

#[derive(Clone, Copy)]
struct Assignment {
    seq: u64,
    to: Option<TechnicianId>,
}

impl Assignees {
    /// Who has a chat, by the log.
    pub(super) async fn of(
        &self,
        log: &Log,
        asset_id: AssetId,
        chat_id: ChatId,
    ) -> Result<Option<TechnicianId>, ReadError> {
        if let Some(known) = self.lock().chats.get(&chat_id) {
            return Ok(known.to);
        }
        let last = log.last(&ChatSubject::new(asset_id, chat_id, Leaf::Assigned).to_string()).await?;
        let (seq, to) = match last {
            Some(last) => match last.fact {
                Fact::Assigned(assigned) => (last.seq, assigned.to.map(|to| to.technician_id)),
                _ => (last.seq, None),
            },
            None => (0, None),
        };
        Ok(self.heard(chat_id, seq, to))
    }

    /// Keeps an assignment in mind, unless a later one is known. Who has the chat by the later one of the two.
    pub(super) fn heard(&self, chat_id: ChatId, seq: u64, to: Option<TechnicianId>) -> Option<TechnicianId> {
        let mut kept = self.lock();
        if let Some(known) = kept.chats.get_mut(&chat_id) {
            if known.seq < seq {
                *known = Assignment { seq, to };
            }
            return known.to;
        }
        if kept.order.len() == CHATS
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.chats.remove(&oldest);
        }
        kept.chats.insert(chat_id, Assignment { seq, to });
        kept.order.push_back(chat_id);
        to
    }

    /// Forgets everything: assignments were missed.
    pub(super) fn forget(&self) {
        *self.lock() = Kept::default();
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_assignment_counts_in_whatever_order_they_are_heard() {
        let (assignees, chat_id) = (Assignees::default(), ChatId::new());
        let (ada, tom) = (TechnicianId::new(), TechnicianId::new());
        assert_eq!(assignees.heard(chat_id, 5, Some(ada)), Some(ada));
        assert_eq!(assignees.heard(chat_id, 3, Some(tom)), Some(ada));
        assert_eq!(assignees.heard(chat_id, 7, None), None);

        for _ in 0..CHATS {
            assignees.heard(ChatId::new(), 1, Some(tom));
        }
        assert_eq!(assignees.lock().chats.len(), CHATS);
        assert!(!assignees.lock().chats.contains_key(&chat_id), "the oldest is forgotten");
    }
}
