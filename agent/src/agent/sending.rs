//! Accepting messages into the outbox, and publishing what is due.

use std::sync::Arc;

use broker_config::{ChatId, ChatSubject, Fact, Leaf, MessageId, Opened, Read, Said, Text};
use tokio::sync::oneshot;

use super::asked::Question;
use super::driver::Driver;
use super::{Event, LinkState, SayError, Stopped};
use crate::conversation::{Delivery, Waiting};
use crate::dispatch::Step;
use crate::fault;
use crate::link::{AckError, read_ack};
use crate::outbox::{Change, Outbox, Unsent};

impl Driver {
    /// Writes messages to the disk and tells those who said them.
    pub(super) async fn accept(&mut self, says: Vec<(Text, oneshot::Sender<Result<Waiting, SayError>>)>) {
        if says.is_empty() {
            return;
        }
        // A message that goes out at once is bound to its chat with the same write.
        let ready = self.link_state == LinkState::Online && self.dispatch.is_free(Self::now());
        let chat_id = if ready { self.conversation.open_chat() } else { None };
        let (mut unsent, mut answers) = (Vec::new(), Vec::new());
        let mut text_bytes = 0;
        for (text, answer) in says {
            text_bytes += text.len();
            if !self.outbox.as_ref().is_some_and(|outbox| outbox.has_room(unsent.len() + 1, text_bytes)) {
                // Nobody waits any more.
                _ = answer.send(Err(SayError::OutboxFull));
                continue;
            }
            unsent.push(Unsent {
                message_id: MessageId::new(),
                by: self.client(),
                text,
                written_at: self.settings.clock.now(),
                chat_id,
            });
            answers.push(answer);
        }
        let shown: Vec<_> = unsent.iter().map(Unsent::waiting).collect();
        let changes = unsent.into_iter().map(Change::Accepted).collect();
        match self.with_outbox(move |outbox| outbox.commit(changes)).await {
            Some(Ok(())) => {
                self.typing_told = None;
                for (waiting, answer) in shown.into_iter().zip(answers) {
                    self.dispatch.accept(waiting.message_id, chat_id);
                    _ = answer.send(Ok(waiting));
                }
            }
            Some(Err(error)) => {
                tracing::error!(error = &error as &dyn std::error::Error, "messages could not be kept");
                let error = Arc::new(error);
                for answer in answers {
                    _ = answer.send(Err(SayError::Outbox(Arc::clone(&error))));
                }
            }
            None => {
                for answer in answers {
                    _ = answer.send(Err(Stopped.into()));
                }
            }
        }
    }

    /// Publishes all that may be published now.
    pub(super) async fn send_what_is_due(&mut self) {
        self.sync_if_due().await;
        if self.link_state != LinkState::Online {
            return;
        }
        loop {
            match self.dispatch.next(self.conversation.open_chat(), Self::now()) {
                Step::Wait => break,
                Step::Open => self.open_chat().await,
                Step::Bind { chat_id, messages } => self.bind(chat_id, messages).await,
                Step::Publish { message_id, chat_id } => self.publish(message_id, chat_id).await,
            }
        }
        self.send_read_marks().await;
    }

    /// What became of something that was appended; no answer means that nobody answered in time.
    pub(super) fn append_answered(&mut self, question: Question, answer: Option<&[u8]>) {
        fault::point();
        let ack = read_ack(answer);
        if let Err(error) = &ack {
            tracing::info!(%error, "not appended");
        }
        match (question, ack) {
            (Question::Say(message_id), Ok(_)) => {
                if self.dispatch.sent(message_id, Self::now()) {
                    self.tell(Event::Delivery { message_id, delivery: Delivery::Sent });
                }
            }
            (Question::Say(message_id), Err(_)) => self.dispatch.failed(message_id, Self::now()),
            (Question::Open(chat_id), Ok(ack)) => {
                self.conversation.set_state(ack.seq, Some(chat_id), false);
                self.chosen = None;
                self.dispatch.opened();
            }
            (Question::Open(_), Err(error)) => {
                // Somebody was first, or the answer was lost: see what is open now.
                self.dispatch.not_opened(Self::now());
                self.sync.doubt_state(error == AckError::Conflict);
            }
            (Question::Read(mark), Err(_)) => {
                self.keep_read_mark(mark);
                self.dispatch.pause(Self::now());
            }
            (Question::Read(_) | Question::Sync { .. }, _) => {}
        }
    }

    /// Runs a change of the outbox where blocking does no harm. `None` when the runtime is shutting down.
    pub(super) async fn with_outbox<R, F>(&mut self, change: F) -> Option<R>
    where
        R: Send + 'static,
        F: FnOnce(&mut Outbox) -> R + Send + 'static,
    {
        let mut outbox = self.outbox.take()?;
        let changed = tokio::task::spawn_blocking(move || {
            let result = change(&mut outbox);
            (outbox, result)
        });
        let (outbox, result) = changed.await.ok()?;
        self.outbox = Some(outbox);
        Some(result)
    }

    async fn open_chat(&mut self) {
        let chat_id = ChatId::new();
        let fact = Fact::Opened(Opened { by: self.client(), entry_id: self.chosen });
        let state_seq = self.conversation.state_seq();
        if !self.append(chat_id, Leaf::Opened, &fact, Some(state_seq), Question::Open(chat_id)).await {
            self.dispatch.not_opened(Self::now());
        }
    }

    async fn bind(&mut self, chat_id: ChatId, messages: Vec<MessageId>) {
        let changes = messages.iter().map(|&message_id| Change::Bound { message_id, chat_id }).collect();
        match self.with_outbox(move |outbox| outbox.commit(changes)).await {
            Some(Ok(())) => self.dispatch.bound(&messages, chat_id),
            Some(Err(error)) => {
                tracing::error!(error = &error as &dyn std::error::Error, "messages wait until the disk takes writes");
                self.tell(Event::DiskTrouble);
                self.dispatch.pause(Self::now());
            }
            None => self.dispatch.pause(Self::now()),
        }
    }

    async fn publish(&mut self, message_id: MessageId, chat_id: ChatId) {
        let unsent = self.outbox.as_ref().and_then(|outbox| outbox.find(message_id)).cloned();
        let Some(unsent) = unsent else {
            self.dispatch.stored(&[message_id]);
            return;
        };
        let fact = Fact::Said(Said { message_id, by: unsent.by, text: unsent.text, written_at: unsent.written_at });
        if !self.append(chat_id, Leaf::SaidClient, &fact, None, Question::Say(message_id)).await {
            self.dispatch.failed(message_id, Self::now());
        }
    }

    async fn send_read_marks(&mut self) {
        if self.dispatch.is_paused(Self::now()) {
            return;
        }
        for mark in std::mem::take(&mut self.read_marks) {
            let (chat_id, upto) = mark;
            let fact = Fact::Read(Read { upto });
            if !self.append(chat_id, Leaf::ReadClient, &fact, None, Question::Read(mark)).await {
                self.keep_read_mark(mark);
            }
        }
    }

    async fn append(
        &mut self,
        chat_id: ChatId,
        leaf: Leaf,
        fact: &Fact,
        state_seq: Option<u64>,
        question: Question,
    ) -> bool {
        let subject = ChatSubject::new(self.settings.identity.asset_id, chat_id, leaf);
        let Some(connection) = self.link.connection() else { return false };
        fault::point();
        match connection.append(&subject, fact, state_seq).await {
            Ok(token) => {
                fault::point();
                self.asked.add(token, Self::now() + self.settings.answer_patience, question);
                true
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "not published");
                false
            }
        }
    }
}
