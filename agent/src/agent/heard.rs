//! What the agent makes of what it hears.

use std::time::Duration;

use broker_config::{Author, ChatId, Fact, MessageId, Typing};

use super::Event;
use super::driver::Driver;
use crate::conversation::{Changed, Delivery, Seen};
use crate::fault;

impl Driver {
    /// A fact from the feed.
    pub(super) fn hear_live(&mut self, seen: Seen) {
        if let (Fact::Said(said), Some((chat_id, _))) = (&seen.fact, self.typing)
            && seen.subject.chat_id == chat_id
            && !matches!(said.by, Author::Client { .. })
        {
            self.stop_typing();
        }
        self.hear(seen);
        self.sync.heard_live();
    }

    /// A fact, from the feed or a sync.
    pub(super) fn hear(&mut self, seen: Seen) {
        let unread = self.conversation.unread();
        let said = match &seen.fact {
            Fact::Said(said) => Some(said.message_id),
            _ => None,
        };
        // What is in the log is sent, whether or not the acknowledgement came.
        if let Some(message_id) = said {
            self.dispatch.sent(message_id, Self::now());
        }
        match self.conversation.hear(seen) {
            Changed::Nothing | Changed::Unread => {}
            Changed::Entry(seq) => {
                if let Some(entry) = self.conversation.entry(seq, |message_id| self.dispatch.has(message_id)) {
                    self.tell(Event::Entry(entry));
                }
            }
            Changed::Read(chat_id, after, upto) => {
                self.reaching.tell_again();
                for message_id in self.conversation.mine_between(chat_id, after, upto) {
                    self.tell(Event::Delivery { message_id, delivery: Delivery::Read });
                }
            }
            Changed::Rewound => self.rewound(),
        }
        if self.conversation.unread() != unread {
            self.tell(Event::Unread(self.conversation.unread()));
        }
    }

    /// The broker lost what it had: say it again, and learn anew what it has.
    pub(super) fn rewound(&mut self) {
        tracing::warn!("the broker's log was rewound");
        self.dispatch.disconnected();
        self.sync.start_over();
        self.tell(Event::Reset);
    }

    pub(super) fn hear_typing(&mut self, chat_id: ChatId) {
        let until = Self::now() + Duration::from_secs(Typing::SECONDS);
        if self.conversation.open_chat() == Some(chat_id) && self.typing.replace((chat_id, until)).is_none() {
            self.tell(Event::Typing(true));
        }
    }

    /// These messages are in Postgres, so the outbox need not keep them.
    pub(super) async fn stored(&mut self, messages: &[MessageId]) {
        let news = self.dispatch.stored(messages);
        if news.is_empty() {
            return;
        }
        fault::point();
        let forgotten = news.clone();
        self.with_outbox(move |outbox| outbox.forget(&forgotten)).await;
        for message_id in news {
            self.tell(Event::Delivery { message_id, delivery: Delivery::Stored });
        }
        self.answer_all_stored();
    }

    pub(super) fn answer_all_stored(&mut self) {
        if self.dispatch.is_empty() {
            for waiter in self.all_stored.drain(..) {
                // Nobody waits any more.
                _ = waiter.send(());
            }
        }
    }
}
