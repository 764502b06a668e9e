//! The pings that one socket has told: the worker that sends them may send one twice.

use std::collections::VecDeque;

use broker_config::{ChatId, Ping};

/// How many pings a socket keeps in mind. A repeat comes within seconds.
const KEPT: usize = 64;

/// The last pings of a socket.
#[derive(Debug, Default)]
pub(super) struct ToldPings(VecDeque<(ChatId, u64)>);

impl ToldPings {
    /// Keeps a ping in mind. Whether it is new.
    pub(super) fn is_new(&mut self, ping: &Ping) -> bool {
        let known = (ping.chat_id, ping.seq);
        if self.0.contains(&known) {
            return false;
        }
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(known);
        true
    }
}

#[cfg(test)]
mod tests {
    use broker_config::AssetId;

    use super::*;

    #[test]
    fn a_ping_is_new_once_and_the_oldest_is_forgotten() {
        let mut told = ToldPings::default();
        let ping = |seq| Ping { chat_id: ChatId::from(uuid::Uuid::nil()), asset_id: AssetId::new(), seq, tab_id: None };
        assert_eq!([1, 1, 2, 1].map(|seq| told.is_new(&ping(seq))), [true, false, true, false]);
        assert!(told.is_new(&Ping { chat_id: ChatId::new(), ..ping(1) }), "another chat");

        for seq in 3..=KEPT as u64 {
            assert!(told.is_new(&ping(seq)));
        }
        assert_eq!(told.0.len(), KEPT);
        assert!(told.is_new(&ping(1)), "forgotten");
    }
}
