//! Telling technicians how far the open chat has come on this device: had by the agent, or on the screen.

use broker_config::{ChatId, Reached};

use super::LinkState;
use super::driver::Driver;

/// What is on the screen, and what technicians were told last.
#[derive(Debug, Default)]
pub(super) struct Reaching {
    shown_upto: u64,
    told: Option<(ChatId, Reached)>,
}

impl Reaching {
    /// Everything up to this sequence is on the screen.
    pub(super) fn shown(&mut self, upto: u64) {
        self.shown_upto = self.shown_upto.max(upto);
    }

    /// Somebody may not have heard what was told.
    pub(super) fn tell_again(&mut self) {
        self.told = None;
    }

    /// What to tell of a chat in which others were heard up to `upto`; nothing when that was told.
    fn news(&mut self, chat_id: ChatId, upto: u64) -> Option<Reached> {
        let now = (chat_id, Reached { delivered_upto: upto, shown_upto: self.shown_upto.min(upto) });
        (self.told.replace(now) != Some(now)).then_some(now.1)
    }
}

impl Driver {
    /// Tells it when it is news. It is not kept: whoever does not hear it is told when they read.
    pub(super) async fn tell_reached(&mut self) {
        if self.link_state != LinkState::Online {
            return;
        }
        let Some(chat_id) = self.conversation.open_chat() else { return };
        let Some(upto) = self.conversation.last_of_others(chat_id) else { return };
        let Some(reached) = self.reaching.news(chat_id, upto) else { return };
        if let Some(connection) = self.link.connection()
            && let Err(error) = connection.reached(chat_id, reached).await
        {
            tracing::debug!(%error, "how far the chat has come was not told");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_once_for_each_step_and_again_to_those_who_come_later() {
        let (chat_id, mut reaching) = (ChatId::new(), Reaching::default());
        let reached = |delivered_upto, shown_upto| Some(Reached { delivered_upto, shown_upto });
        assert_eq!((reaching.news(chat_id, 7), reaching.news(chat_id, 7)), (reached(7, 0), None));
        reaching.shown(9);
        assert_eq!((reaching.news(chat_id, 7), reaching.news(chat_id, 7)), (reached(7, 7), None));
        reaching.tell_again();
        assert_eq!(reaching.news(chat_id, 7), reached(7, 7));
        assert_eq!(reaching.news(chat_id, 12), reached(12, 9), "the next one is not on the screen yet");
        assert_eq!(reaching.news(ChatId::new(), 12), reached(12, 9), "another chat");
    }
}
