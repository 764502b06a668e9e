//! Whose chats have just begun.

use std::collections::{HashMap, VecDeque};

use broker_config::{AssetId, ChatId};

/// How many chats are kept in mind. Postgres knows a chat within milliseconds, or when it is back.
const CHATS: usize = 10_000;

/// The chats that began last, and their assets.
#[derive(Default)]
pub(super) struct RecentChats {
    assets: HashMap<ChatId, AssetId>,
    order: VecDeque<ChatId>,
}

impl RecentChats {
    pub(super) fn asset_of(&self, chat_id: ChatId) -> Option<AssetId> {
        self.assets.get(&chat_id).copied()
    }

    /// The first asset that opens a chat has it: another that names it later is mistaken, or lies.
    pub(super) fn remember(&mut self, chat_id: ChatId, asset_id: AssetId) {
        if self.assets.contains_key(&chat_id) {
            return;
        }
        if self.order.len() == CHATS
            && let Some(oldest) = self.order.pop_front()
        {
            self.assets.remove(&oldest);
        }
        self.assets.insert(chat_id, asset_id);
        self.order.push_back(chat_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_asset_has_the_chat_and_the_oldest_chat_is_forgotten() {
        let mut recent = RecentChats::default();
        let (chat_id, asset_id) = (ChatId::new(), AssetId::new());
        recent.remember(chat_id, asset_id);
        recent.remember(chat_id, AssetId::new());
        assert_eq!(recent.asset_of(chat_id), Some(asset_id));

        for _ in 0..CHATS {
            recent.remember(ChatId::new(), asset_id);
        }
        assert_eq!(recent.asset_of(chat_id), None);
        assert_eq!(recent.assets.len(), CHATS);
    }
}
