//! The connection as the agent knows it, and what is shown.

use broker_config::{Author, LiveLeaf, LiveSubject, Typing};
use std::time::Duration;

use super::driver::Driver;
use super::{Event, LinkState};
use crate::conversation::{Delivery, Snapshot, Waiting};
use crate::outbox::Outbox;

/// How often a sign of typing is repeated while the client goes on.
const TYPING_REPEATED: Duration = Duration::from_secs(Typing::SECONDS / 3);

impl Driver {
    pub(super) fn connected(&mut self) {
        // What was on its way over the old connection will not be answered over this one.
        self.asked.clear();
        self.dispatch.disconnected();
        self.dispatch.connected();
        self.sync.connected();
    }

    pub(super) fn disconnected(&mut self, state: LinkState) {
        self.asked.clear();
        self.dispatch.disconnected();
        self.sync.disconnected();
        self.reaching.tell_again();
        self.set_link(state);
    }

    pub(super) fn set_link(&mut self, state: LinkState) {
        if self.link_state == state {
            return;
        }
        self.link_state = state;
        match state {
            LinkState::Refused => tracing::error!(
                "this device is cut off: an administrator revoked it, it was removed, or it was enrolled anew elsewhere. \
                 What is written waits here. Ask whoever runs the server"
            ),
            LinkState::Online | LinkState::Offline => tracing::info!(?state, "link"),
        }
        if state != LinkState::Online {
            self.stop_typing();
        }
        self.tell(Event::Link(state));
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        let unsent = self.outbox.iter().flat_map(Outbox::unsent);
        let waiting = unsent.filter(|unsent| !self.conversation.has(unsent.message_id));
        let waiting = waiting.map(|unsent| {
            let sent = self.dispatch.is_sent(unsent.message_id);
            Waiting { delivery: if sent { Delivery::Sent } else { Delivery::Waiting }, ..unsent.waiting() }
        });
        Snapshot {
            about: self.conversation.about().cloned(),
            open_chat: self.conversation.open_chat(),
            entries: self.conversation.entries(|message_id| self.dispatch.has(message_id)),
            waiting: waiting.collect(),
            unread: self.conversation.unread(),
            typing: self.typing.is_some(),
        }
    }

    pub(super) fn read_upto(&mut self, seq: u64) {
        let unread = self.conversation.unread();
        for (chat_id, upto) in self.conversation.read_upto(seq) {
            self.read_marks.retain(|(other, _)| *other != chat_id);
            self.read_marks.push((chat_id, upto));
        }
        if self.conversation.unread() != unread {
            self.tell(Event::Unread(self.conversation.unread()));
        }
    }

    pub(super) async fn tell_typing(&mut self) {
        let now = Self::now();
        let told = self.typing_told.is_some_and(|told| now.duration_since(told) < TYPING_REPEATED);
        let Some(chat_id) = self.conversation.open_chat() else { return };
        if told || self.link_state != LinkState::Online {
            return;
        }
        self.typing_told = Some(now);
        let subject = LiveSubject { asset_id: self.settings.identity.asset_id, chat_id, leaf: LiveLeaf::TypingClient };
        if let Some(connection) = self.link.connection()
            && let Err(error) = connection.typing(subject).await
        {
            tracing::debug!(%error, "typing was not told");
        }
    }

    pub(super) fn stop_typing(&mut self) {
        if self.typing.take().is_some() {
            self.tell(Event::Typing(false));
        }
    }

    /// The person at the device, as technicians see them.
    pub(super) fn client(&self) -> Author {
        Author::Client { session_user: self.settings.session_user.clone() }
    }
}
