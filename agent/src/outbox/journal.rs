//! The journal's lines: what they say, and reading back as much as can be read.

use broker_config::{ChatId, MessageId};
use serde::{Deserialize, Serialize};

use super::Unsent;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub(crate) enum Change {
    /// A message was accepted from the person who wrote it.
    #[serde(rename = "accepted.v1")]
    Accepted(Unsent),
    /// A message will be sent in this chat and no other.
    #[serde(rename = "bound.v1")]
    Bound { message_id: MessageId, chat_id: ChatId },
    /// Postgres has the message.
    #[serde(rename = "stored.v1")]
    Stored { message_id: MessageId },
}

pub(super) struct ReadBack {
    pub(super) changes: Vec<Change>,
    /// The lines that could not be read, as they are.
    pub(super) damaged: Vec<u8>,
    pub(super) damaged_lines: usize,
    pub(super) torn: bool,
}

/// Reads what can be read. What follows the last line break was being written when everything stopped.
pub(super) fn read(journal: &[u8]) -> ReadBack {
    let mut read = ReadBack { changes: Vec::new(), damaged: Vec::new(), damaged_lines: 0, torn: false };
    for line in journal.split_inclusive(|&byte| byte == b'\n') {
        let whole = line.ends_with(b"\n");
        match serde_json::from_slice(line) {
            Ok(change) => read.changes.push(change),
            Err(_) if whole => {
                read.damaged.extend_from_slice(line);
                read.damaged_lines += 1;
            }
            Err(_) => {}
        }
        read.torn |= !whole;
    }
    read
}

pub(super) fn lines(changes: &[Change]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(256 * changes.len());
    for change in changes {
        #[expect(clippy::expect_used, reason = "changes have string keys and a Vec takes every byte")]
        serde_json::to_writer(&mut lines, change).expect("a change is always JSON");
        lines.push(b'\n');
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn of_any_bytes_every_whole_line_is_a_change_or_kept_as_damaged(
            lines in vec(prop_oneof![
                vec(any::<u8>(), 0..60),
                Just(br#"{"kind":"stored.v1","message_id":"019a0000-0000-7000-8000-000000000004"}"#.to_vec()),
                "\\{\"kind\":\"(stored|accepted|bound)[.]v1\".{0,40}".prop_map(String::into_bytes),
            ], 0..12),
            torn in any::<bool>(),
        ) {
            let mut journal = lines.join(&b'\n');
            if !torn {
                journal.push(b'\n');
            }
            let whole = journal.split(|byte| *byte == b'\n').count() - 1;
            let read = read(&journal);
            let last = usize::from(read.torn);
            prop_assert!((whole..=whole + last).contains(&(read.changes.len() + read.damaged_lines)));
            prop_assert_eq!(read.damaged.split(|byte| *byte == b'\n').count() - 1, read.damaged_lines);
        }
    }
}
