//! The demo's conversations, as they are written down beside this file.
//!
//! Each begins with what it is about. `C:` is the client, `T:` the technician, `N:` an internal note, `=` the subject of a
//! ticket that was made of it, `~` how many minutes ago it came to where it is. `{client}` and `{technician}` stand for
//! first names.

/// What was said in one chat.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conversation {
    /// What it is about.
    pub about: &'static str,
    /// What was said, in order.
    pub lines: Vec<(Voice, &'static str)>,
    /// The subject of its ticket, if there is one.
    pub ticket: Option<&'static str>,
    /// How many minutes ago its last line was said, if it goes on.
    pub minutes_ago: i64,
}

/// Who said a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// The person at the device.
    Client,
    /// The technician, to the person.
    Technician,
    /// The technician, to the others.
    Note,
}

/// Conversations that have ended.
pub fn archived() -> Vec<Conversation> {
    read(include_str!("archived.txt"))
}

/// Conversations that go on.
pub fn open() -> Vec<Conversation> {
    read(include_str!("open.txt"))
}

fn read(text: &'static str) -> Vec<Conversation> {
    text.split("\n\n").map(|block| block.lines().fold(Conversation::default(), with_line)).collect()
}

fn with_line(mut conversation: Conversation, line: &'static str) -> Conversation {
    let voices = [("C: ", Voice::Client), ("T: ", Voice::Technician), ("N: ", Voice::Note)];
    let spoken = voices.into_iter().find_map(|(mark, voice)| Some((voice, line.strip_prefix(mark)?)));
    if let Some(spoken) = spoken {
        conversation.lines.push(spoken);
    } else if let Some(subject) = line.strip_prefix("= ") {
        conversation.ticket = Some(subject);
    } else if let Some(minutes) = line.strip_prefix("~ ") {
        conversation.minutes_ago = minutes.parse().unwrap_or_default();
    } else {
        conversation.about = line;
    }
    conversation
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_answered(conversation: &Conversation) -> bool {
        conversation.lines.iter().any(|(voice, _)| *voice == Voice::Technician)
    }

    #[test]
    fn every_conversation_has_a_subject_and_begins_with_the_client() {
        for conversation in archived().into_iter().chain(open()) {
            assert!(!conversation.about.is_empty());
            let first = conversation.lines.first().map(|(voice, _)| *voice);
            assert_eq!(first, Some(Voice::Client), "{}", conversation.about);
        }
        assert!(archived().iter().all(is_answered));
        assert!(open().iter().all(|conversation| conversation.minutes_ago > 0));
        assert!(open().iter().any(|conversation| !is_answered(conversation)));
    }
}
