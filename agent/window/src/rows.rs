//! The conversation as rows, one below the other.
//!
//! Pure: the day and the time zone are parameters.

use agent::{Delivery, Entry, Waiting, What};
use broker_config::{Author, MessageId};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};

use crate::shown::Shown;

/// Messages of one person that follow each other within this belong together.
const TOGETHER: TimeDelta = TimeDelta::minutes(5);

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// What follows is of this day, so many days ago.
    Day(NaiveDate, i64),
    /// What follows came while nobody looked.
    New,
    /// A chat began, by a technician of this name. That the person began one needs no row.
    Began(String),
    /// A chat ended, by a technician of this name if it was one.
    Ended(Option<String>),
    /// Somebody said something.
    Message(Message),
}

/// What somebody said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Which.
    pub message_id: MessageId,
    /// What was said.
    pub text: String,
    /// Whose it is.
    pub side: Side,
    /// Who said it, where it is to be shown.
    pub author: Option<String>,
    /// When, where the person is.
    pub at: NaiveDateTime,
    /// How far it has come, when it is the person's own.
    pub delivery: Option<Delivery>,
    /// Whether it came after its chat had ended.
    pub late: bool,
    /// Whether it begins what belongs together.
    pub first: bool,
    /// Whether it ends what belongs together.
    pub last: bool,
}

/// Whose a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The person's at this device.
    Mine,
    /// A technician's.
    Theirs,
    /// Nobody's: the policy or Trayline said it.
    Automatic,
}

/// The rows of what is shown at this time in this zone.
#[must_use]
pub fn rows<Zone: TimeZone>(shown: &Shown, now: DateTime<Utc>, zone: &Zone) -> Vec<Row> {
    let today = local(now, zone).date();
    let day_row = |date: NaiveDate| Row::Day(date, (today - date).num_days());
    let names = names_of_clients(shown);
    let mut rows = Vec::with_capacity(shown.snapshot.entries.len() + 8);
    let mut day = None;
    for entry in &shown.snapshot.entries {
        let at = local(entry.at, zone);
        let new = shown.new_from == Some(entry.seq);
        let row = match &entry.what {
            What::Opened { by: Author::Technician { name, .. } } => Row::Began(name.to_string()),
            What::Opened { .. } => continue,
            What::Closed { by } => Row::Ended(match by {
                Author::Technician { name, .. } => Some(name.to_string()),
                _ => None,
            }),
            What::Said { .. } => match message(entry, at, names) {
                Some(message) => Row::Message(message),
                None => continue,
            },
        };
        if day.replace(at.date()) != Some(at.date()) {
            rows.push(day_row(at.date()));
        }
        if new {
            rows.push(Row::New);
        }
        rows.push(row);
    }
    for waiting in &shown.snapshot.waiting {
        let message = waiting_message(waiting, zone);
        // The device's clock may be wrong: a waiting message never goes back in days.
        if day.is_none_or(|day| day < message.at.date()) {
            day = Some(message.at.date());
            rows.push(day_row(message.at.date()));
        }
        rows.push(Row::Message(message));
    }
    group(&mut rows);
    rows
}

fn message(entry: &Entry, at: NaiveDateTime, names_of_clients: bool) -> Option<Message> {
    let What::Said { message_id, by, text, late, delivery } = &entry.what else { return None };
    let (side, author) = match by {
        Author::Client { session_user } => (Side::Mine, session_user.as_ref().filter(|_| names_of_clients)),
        Author::Technician { name, .. } => (Side::Theirs, Some(name)),
        Author::Policy | Author::System => (Side::Automatic, None),
    };
    Some(Message {
        message_id: *message_id,
        text: text.to_string(),
        side,
        author: author.map(|name| name.to_string()),
        at,
        delivery: *delivery,
        late: *late,
        first: true,
        last: true,
    })
}

fn waiting_message<Zone: TimeZone>(waiting: &Waiting, zone: &Zone) -> Message {
    Message {
        message_id: waiting.message_id,
        text: waiting.text.to_string(),
        side: Side::Mine,
        author: None,
        at: local(waiting.written_at, zone),
        delivery: Some(waiting.delivery),
        late: false,
        first: true,
        last: true,
    }
}

/// Sets which messages begin and end what belongs together.
fn group(rows: &mut [Row]) {
    for index in 1..rows.len() {
        let (before, after) = rows.split_at_mut(index);
        if let (Some(Row::Message(before)), Some(Row::Message(after))) = (before.last_mut(), after.first_mut())
            && before.side == after.side
            && before.author == after.author
            && after.at - before.at < TOGETHER
        {
            before.last = false;
            after.first = false;
        }
    }
}

/// Whether more than one user of this device wrote, so that names tell them apart.
fn names_of_clients(shown: &Shown) -> bool {
    let mut users = shown.snapshot.entries.iter().filter_map(|entry| match &entry.what {
        What::Said { by: Author::Client { session_user }, .. } => Some(session_user),
        _ => None,
    });
    let first = users.next();
    users.any(|user| Some(user) != first)
}

fn local<Zone: TimeZone>(at: DateTime<Utc>, zone: &Zone) -> NaiveDateTime {
    at.with_timezone(zone).naive_local()
}

#[cfg(test)]
mod tests;
