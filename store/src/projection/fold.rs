//! Folding facts into rows, without a database. What is kept of several facts is what the SQL keeps of several batches.

use broker_config::{Author, Fact, Leaf, Logged, MessageId, Text};
use chrono::{DateTime, Utc};

use super::{Chat, Kept, Message, Projection, Stamped};

impl<'a> Projection<'a> {
    /// Folds facts, each of which belongs on its subject.
    ///
    /// A chat belongs to one asset, and the database knows to which. Of facts that name several assets for one chat, only
    /// those for the asset of the first are folded; the others are given back, for a fold of their own.
    pub fn fold(facts: impl IntoIterator<Item = &'a Logged>) -> (Self, Vec<&'a Logged>) {
        let mut projection = Self::default();
        let deferred = facts.into_iter().filter(|fact| !projection.add(fact)).collect();
        (projection, deferred)
    }

    /// Whether the fact was folded.
    fn add(&mut self, logged: &'a Logged) -> bool {
        let subject = &logged.subject;
        let chat = self.chats.entry(subject.chat_id).or_insert_with(|| Chat::of(subject.asset_id));
        if chat.asset_id != subject.asset_id {
            return false;
        }
        chat.upto = chat.upto.max(bigint(logged.seq));
        match &logged.fact {
            Fact::Opened(opened) => {
                keep_first(&mut chat.opened, stamp(logged, opened));
                keep_last(&mut chat.last, stamp(logged, ()));
            }
            Fact::Closed(closed) => keep_first(&mut chat.closed, stamp(logged, closed)),
            Fact::Assigned(assigned) => keep_last(&mut chat.assigned, stamp(logged, assigned)),
            Fact::Ticketed(ticketed) => keep_last(&mut chat.ticketed, stamp(logged, ticketed)),
            Fact::Read(read) => {
                let kept = match subject.leaf {
                    Leaf::ReadTechnician(technician_id) => {
                        self.reads.entry((subject.chat_id, technician_id)).or_default()
                    }
                    _ => &mut chat.client_read,
                };
                keep_furthest(kept, stamp(logged, bigint(read.upto)));
            }
            Fact::Said(said) => {
                keep_last(&mut chat.last, stamp(logged, ()));
                let seq = bigint(logged.seq);
                let kind = match subject.leaf {
                    Leaf::SaidClient => {
                        chat.last_client_seq = chat.last_client_seq.max(seq);
                        "client"
                    }
                    Leaf::SaidTechnician => {
                        chat.last_technician_seq = chat.last_technician_seq.max(seq);
                        "technician"
                    }
                    _ => "system",
                };
                let message = message(kind, &said.by, &said.text, said.written_at);
                self.add_message(logged, said.message_id, message);
            }
            Fact::Noted(noted) => {
                let message = message("note", &noted.by, &noted.text, noted.written_at);
                self.add_message(logged, noted.message_id, message);
            }
        }
        true
    }

    fn add_message(&mut self, logged: &Logged, message_id: MessageId, message: Message<'a>) {
        let kept = self.messages.entry((logged.subject.chat_id, message_id)).or_default();
        keep_first(kept, stamp(logged, message));
    }
}

fn message<'a>(kind: &'static str, author: &'a Author, body: &'a Text, written_at: DateTime<Utc>) -> Message<'a> {
    Message { kind, author, body, written_at }
}

fn stamp<T>(logged: &Logged, value: T) -> Stamped<T> {
    Stamped { seq: bigint(logged.seq), at: logged.at, value }
}

fn keep_first<T>(kept: &mut Kept<T>, new: Stamped<T>) {
    if kept.as_ref().is_none_or(|kept| new.seq < kept.seq) {
        *kept = Some(new);
    }
}

fn keep_last<T>(kept: &mut Kept<T>, new: Stamped<T>) {
    if kept.as_ref().is_none_or(|kept| new.seq > kept.seq) {
        *kept = Some(new);
    }
}

/// The greatest value; of equal ones the first.
fn keep_furthest(kept: &mut Kept<i64>, new: Stamped<i64>) {
    if kept.as_ref().is_none_or(|kept| (new.value, -new.seq) > (kept.value, -kept.seq)) {
        *kept = Some(new);
    }
}

/// A number of the wire as Postgres holds it. The broker makes no sequence beyond the range of `bigint`; where somebody
/// else writes one, the largest number says the same.
pub(crate) fn bigint(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
