//! Rows as the markup takes them.

use agent::Delivery;
use chrono::{Datelike as _, NaiveDate};
use slint::StyledText;

use crate::links;
use crate::markup::{self, Day, Nearness, Reached, RowKind, Whose};
use crate::rows::{Message, Row, Side};

pub(super) fn row(row: &Row) -> markup::Row {
    match row {
        Row::Day(date, ago) => markup::Row { kind: RowKind::Day, day: day(*date, *ago), ..empty() },
        Row::New => markup::Row { kind: RowKind::New, ..empty() },
        Row::Began(name) => markup::Row { kind: RowKind::Began, name: name.into(), ..empty() },
        Row::Ended(name) => {
            markup::Row { kind: RowKind::Ended, name: name.as_deref().unwrap_or_default().into(), ..empty() }
        }
        Row::Message(message) => self::message(message),
    }
}

/// The first letters of the first two words of a name.
pub(super) fn initials(name: &str) -> String {
    let letters = name.split_whitespace().filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()));
    letters.take(2).flat_map(char::to_uppercase).collect()
}

fn message(message: &Message) -> markup::Row {
    let address = links::addresses(&message.text).into_iter().next().map_or("", |range| &message.text[range]);
    let linked = links::markdown(&message.text).and_then(|markdown| StyledText::from_markdown(&markdown).ok());
    markup::Row {
        kind: RowKind::Message,
        name: message.author.as_deref().unwrap_or_default().into(),
        text: (&message.text).into(),
        // Without its links it is shown as plain text.
        address: linked.as_ref().map_or("", |_| address).into(),
        linked: linked.unwrap_or_default(),
        whose: match message.side {
            Side::Mine => Whose::Mine,
            Side::Theirs => Whose::Theirs,
            Side::Automatic => Whose::Automatic,
        },
        reached: match message.delivery {
            None => Reached::Nothing,
            Some(Delivery::Waiting) => Reached::Waiting,
            Some(Delivery::Sent) => Reached::Sent,
            Some(Delivery::Stored) => Reached::Stored,
            Some(Delivery::Read) => Reached::Read,
        },
        time: message.at.format("%H:%M").to_string().into(),
        late: message.late,
        first: message.first,
        last: message.last,
        ..empty()
    }
}

fn day(date: NaiveDate, ago: i64) -> Day {
    let nearness = match ago {
        0 => Nearness::Today,
        1 => Nearness::Yesterday,
        // Every weekday and month of it is told apart from those of a year ago.
        ..300 => Nearness::ThisYear,
        _ => Nearness::LongAgo,
    };
    let number = |number: u32| i32::try_from(number).unwrap_or_default();
    Day {
        nearness,
        weekday: number(date.weekday().num_days_from_monday()),
        day: number(date.day()),
        month: number(date.month()),
        year: date.year(),
    }
}

fn empty() -> markup::Row {
    markup::Row::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_two_words() {
        for (name, expected) in [
            ("Priya Raman", "PR"),
            ("acme it helpdesk", "AI"),
            ("(ops)", "O"),
            ("山田 太郎", "山太"),
            ("ß", "SS"),
            ("", ""),
            ("… !", ""),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }

    #[test]
    fn a_day_is_named_by_how_long_ago_it_is() {
        let date = NaiveDate::from_ymd_opt(2026, 3, 3).unwrap();
        for (ago, nearness) in [
            (0, Nearness::Today),
            (1, Nearness::Yesterday),
            (2, Nearness::ThisYear),
            (-1, Nearness::ThisYear),
            (299, Nearness::ThisYear),
            (300, Nearness::LongAgo),
        ] {
            let expected = Day { nearness, weekday: 1, day: 3, month: 3, year: 2026 };
            assert_eq!(day(date, ago), expected, "{ago}");
        }
    }
}
