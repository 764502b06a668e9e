//! What happened in the demo's shop, by time: chats of the last weeks, and some that go on.

use broker_config::{
    Assigned, Assignee, Author, ChatId, ChatSubject, Closed, Fact, Leaf, MessageId, Noted, Opened, Read, Said, Text,
    Ticketed,
};
use chrono::{DateTime, Datelike, TimeDelta, Utc, Weekday};
use store::demo::{Asset, Technician, Ticket};

use super::conversation::{self, Conversation, Voice};
use super::seed::Seed;
use super::shop::{Shop, line};

/// How far back archived chats go.
const DAYS: usize = 24;

/// One fact and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Where it stands.
    pub subject: ChatSubject,
    /// What it says.
    pub fact: Fact,
}

impl Step {
    /// Whether it is known by an id of its own, however often it is appended.
    pub fn is_message(&self) -> bool {
        matches!(self.fact, Fact::Said(_) | Fact::Noted(_))
    }

    /// For a mark of reading: the mark, up to where the log is now.
    pub fn read_upto(&self, upto: u64) -> Option<Fact> {
        matches!(self.fact, Fact::Read(_)).then_some(Fact::Read(Read { upto }))
    }
}

/// Every chat of the demo.
#[derive(Debug)]
pub struct Timeline {
    chats: Vec<Chat>,
}

/// One chat.
#[derive(Debug)]
struct Chat {
    id: ChatId,
    ticket_id: Option<broker_config::TicketId>,
    about: Conversation,
    asset: Asset,
    client: Author,
    client_name: String,
    technician: Technician,
    entry_id: Option<broker_config::MenuEntryId>,
    times: Vec<DateTime<Utc>>,
    message_ids: Vec<MessageId>,
    is_closed: bool,
}

impl Timeline {
    /// What has happened until `now`.
    pub fn new(shop: &Shop, now: DateTime<Utc>) -> Self {
        let mut seed = Seed::of(6);
        let archived = conversation::archived();
        let count = archived.len();
        let mut chats = Vec::new();
        for (nth, about) in archived.into_iter().enumerate() {
            let day = now - TimeDelta::days(i64::try_from(1 + nth * DAYS / count).unwrap_or(1));
            let begin = office_hours(day, &mut seed);
            chats.push(Chat::new(shop, &mut seed, nth, about, begin, true));
        }
        for (nth, about) in conversation::open().into_iter().enumerate() {
            let minutes_ago = about.minutes_ago;
            let mut chat = Chat::new(shop, &mut seed, count + nth, about, now, false);
            chat.end_at(now - TimeDelta::minutes(minutes_ago));
            chats.push(chat);
        }
        Self { chats }
    }

    /// The chats.
    pub fn chat_ids(&self) -> Vec<ChatId> {
        self.chats.iter().map(|chat| chat.id).collect()
    }

    /// The tickets that were made of chats.
    pub fn tickets(&self) -> Vec<Ticket> {
        self.chats.iter().filter_map(Chat::ticket).collect()
    }

    /// All that happened, by time. `numbers` are those of [`Timeline::tickets`].
    pub fn steps(&self, numbers: &[i64]) -> Vec<Step> {
        let mut numbers = numbers.iter();
        let mut steps = Vec::new();
        for chat in &self.chats {
            let number = chat.ticket_id.and_then(|_| numbers.next().copied());
            chat.steps(number, &mut steps);
        }
        // Stable: what happened in one moment stays in its order.
        steps.sort_by_key(|step| step.at);
        steps
    }
}

impl Chat {
    fn new(
        shop: &Shop,
        seed: &mut Seed,
        nth: usize,
        about: Conversation,
        begin: DateTime<Utc>,
        is_closed: bool,
    ) -> Self {
        // Chats are spread over customers, and never two on one device.
        let used: Vec<_> = shop.assets.iter().filter(|asset| asset.contact_id.is_some()).collect();
        let asset = used[(nth * 23 + 5) % used.len()].clone();
        let contact = shop.contacts.iter().find(|contact| Some(contact.contact_id) == asset.contact_id);
        let entry_id = shop.policies.entry_of(&asset);
        let mut at = begin;
        let mut times = Vec::new();
        for (place, (_, text)) in about.lines.iter().enumerate() {
            let typing = i64::try_from(text.len() / 5).unwrap_or(20);
            at = if place == 0 { at } else { seed.later(at, 8 + typing..70 + typing * 2) };
            times.push(at);
        }
        Self {
            id: seed.id(),
            ticket_id: about.ticket.map(|_| seed.id()),
            client: Author::Client { session_user: Some(shop.session_user_of(&asset)) },
            client_name: contact.map(|contact| first_name(&contact.name)).unwrap_or_default(),
            technician: shop.technicians[(nth * 5 + 1) % shop.technicians.len()].clone(),
            entry_id,
            message_ids: about.lines.iter().map(|_| seed.id()).collect(),
            times,
            about,
            asset,
            is_closed,
        }
    }

    /// Moves the whole chat so that its last line was said at this time.
    fn end_at(&mut self, end: DateTime<Utc>) {
        let shift = self.times.last().map_or(TimeDelta::zero(), |last| end - *last);
        for at in &mut self.times {
            *at += shift;
        }
    }

    fn ticket(&self) -> Option<Ticket> {
        Some(Ticket {
            ticket_id: self.ticket_id?,
            customer_id: self.asset.customer_id,
            asset_id: self.asset.asset_id,
            chat_id: self.id,
            subject: line(self.about.ticket?),
            is_closed: self.is_closed && !self.asset.asset_id.uuid().as_bytes()[15].is_multiple_of(3),
            created_at: *self.times.last()?,
        })
    }

    fn steps(&self, ticket_number: Option<i64>, steps: &mut Vec<Step>) {
        let (Some(begin), Some(end)) = (self.times.first(), self.times.last()) else { return };
        let by = self.technician_author();
        self.push(
            steps,
            *begin,
            Leaf::Opened,
            Fact::Opened(Opened { by: self.client.clone(), entry_id: self.entry_id }),
        );
        let mut is_assigned = false;
        for (nth, (voice, text)) in self.about.lines.iter().enumerate() {
            let at = self.times[nth];
            if *voice != Voice::Client && !is_assigned {
                let to = Assignee { technician_id: self.technician.technician_id, name: self.technician.name.clone() };
                self.push(steps, at, Leaf::Assigned, Fact::Assigned(Assigned { to: Some(to), by: by.clone() }));
                is_assigned = true;
            }
            let (leaf, fact) = self.line(nth, *voice, text, at);
            self.push(steps, at, leaf, fact);
        }
        if let (Some(ticket_id), Some(number)) = (self.ticket_id, ticket_number.and_then(|n| u64::try_from(n).ok())) {
            self.push(steps, *end, Leaf::Ticketed, Fact::Ticketed(Ticketed { ticket_id, number, by: by.clone() }));
        }
        let last_voice = self.about.lines.last().map(|(voice, _)| *voice);
        if is_assigned && (self.is_closed || last_voice != Some(Voice::Client)) {
            let reader = Leaf::ReadTechnician(self.technician.technician_id);
            self.push(steps, *end, reader, Fact::Read(Read { upto: 0 }));
            self.push(steps, *end, Leaf::ReadClient, Fact::Read(Read { upto: 0 }));
        }
        if self.is_closed {
            self.push(steps, *end, Leaf::Closed, Fact::Closed(Closed { by }));
        }
    }

    fn line(&self, nth: usize, voice: Voice, text: &str, written_at: DateTime<Utc>) -> (Leaf, Fact) {
        let technician_name = first_name(&self.technician.name);
        let text = text.replace("{client}", &self.client_name).replace("{technician}", &technician_name);
        #[expect(clippy::expect_used, reason = "every text comes from this program, and a test makes them all")]
        let text = Text::new(text).expect("a text");
        let message_id = self.message_ids[nth];
        let by = if voice == Voice::Client { self.client.clone() } else { self.technician_author() };
        match voice {
            Voice::Client => (Leaf::SaidClient, Fact::Said(Said { message_id, by, text, written_at })),
            Voice::Technician => (Leaf::SaidTechnician, Fact::Said(Said { message_id, by, text, written_at })),
            Voice::Note => (Leaf::Note, Fact::Noted(Noted { message_id, by, text, written_at })),
        }
    }

    fn technician_author(&self) -> Author {
        Author::Technician { technician_id: self.technician.technician_id, name: self.technician.name.clone() }
    }

    fn push(&self, steps: &mut Vec<Step>, at: DateTime<Utc>, leaf: Leaf, fact: Fact) {
        let subject = ChatSubject { asset_id: self.asset.asset_id, chat_id: self.id, leaf };
        steps.push(Step { at, subject, fact });
    }
}

fn first_name(name: &str) -> String {
    name.split(' ').next().unwrap_or(name).to_owned()
}

/// Some time in office hours of that day, or of the working day before.
fn office_hours(day: DateTime<Utc>, seed: &mut Seed) -> DateTime<Utc> {
    let back = match day.weekday() {
        Weekday::Sat => 1,
        Weekday::Sun => 2,
        _ => 0,
    };
    let midnight = (day - TimeDelta::days(back)).date_naive().and_time(chrono::NaiveTime::MIN).and_utc();
    seed.later(midnight, 8 * 3600..17 * 3600)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn what_happened_is_in_order_in_the_past_and_fits_its_subjects() {
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        let timeline = Timeline::new(&Shop::new(), now);
        let numbers: Vec<_> = (1001..).take(timeline.tickets().len()).collect();
        let steps = timeline.steps(&numbers);
        assert!(steps.is_sorted_by_key(|step| step.at));
        for step in &steps {
            assert!(step.at < now, "{step:?}");
            assert!(step.fact.belongs_on(&step.subject), "{step:?}");
        }
        let assets: HashSet<_> = steps.iter().map(|step| step.subject.asset_id).collect();
        assert_eq!(assets.len(), timeline.chat_ids().len(), "never two chats on one device");
        assert_eq!(steps.iter().filter(|step| step.subject.leaf == Leaf::Ticketed).count(), numbers.len());
    }
}
