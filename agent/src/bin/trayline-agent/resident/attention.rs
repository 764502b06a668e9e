//! When to come forward: which news a person in this session is told, and when the window opens by itself. Pure.

use agent::{Entry, Snapshot, What};
use broker_config::{Author, ChatId, Line};

use super::words;

/// How many characters of a message a notification shows.
const EXCERPT: usize = 200;

/// What has been told already, so that nothing is told twice.
#[derive(Debug, Default)]
pub(crate) struct Told {
    upto: u64,
    appeared_for: Option<ChatId>,
}

/// What is to be done.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Demand {
    /// The window opens, without taking the keyboard.
    pub(crate) appear: bool,
    /// A notification shows this.
    pub(crate) news: Option<News>,
    /// Only in the session in front of the screen; in the others nothing is to be done.
    pub(crate) in_active_session: bool,
}

/// What a notification says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct News {
    /// Who, and how many messages.
    pub(crate) title: String,
    /// The beginning of the last one.
    pub(crate) text: String,
}

impl Told {
    /// Looks at the conversation and says what is to be done now. What is returned counts as told.
    ///
    /// `session_user` is whose session this is, and `front` whether the window has the keyboard.
    pub(crate) fn look(&mut self, snapshot: &Snapshot, session_user: Option<&Line>, front: bool) -> Demand {
        let unread = unread(snapshot);
        let new: Vec<_> = unread.iter().filter(|entry| entry.seq > self.upto).collect();
        let opened_by = snapshot.open_chat.and_then(|chat_id| opener(snapshot, chat_id));
        let by_technician = matches!(opened_by, Some(Author::Technician { .. }));
        let somebody_elses = match opened_by {
            Some(Author::Client { session_user: Some(user) }) => session_user.is_some_and(|ours| ours != user),
            _ => false,
        };
        let begun = snapshot.open_chat.filter(|chat_id| {
            let mut said = snapshot.entries.iter().filter(|entry| entry.chat_id == *chat_id && is_said(entry));
            by_technician && (said.next().is_none() || unread.iter().any(|entry| entry.chat_id == *chat_id))
        });
        let appear = begun.is_some() && begun != self.appeared_for;
        if appear {
            self.appeared_for = begun;
        }
        let news = new.last().filter(|_| !front && !somebody_elses).map(|last| News::of(last, new.len()));
        self.upto = snapshot.entries.last().map_or(0, |entry| entry.seq).max(self.upto);
        Demand { appear, news, in_active_session: by_technician }
    }

    /// What was told is of a log that begins anew.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }
}

impl News {
    fn of(last: &Entry, count: usize) -> Self {
        let What::Said { by, text, .. } = &last.what else { return Self { title: String::new(), text: String::new() } };
        let name = match by {
            Author::Technician { name, .. } => name.to_string(),
            Author::Client { .. } | Author::Policy | Author::System => words::AUTOMATIC.to_owned(),
        };
        Self { title: words::from(&name, count), text: excerpt(text) }
    }
}

fn excerpt(text: &str) -> String {
    let mut excerpt: String = text.chars().take(EXCERPT).collect();
    if excerpt.len() < text.len() {
        excerpt.push('…');
    }
    excerpt
}

/// The messages of others that nobody has read: always the last ones.
fn unread(snapshot: &Snapshot) -> Vec<&Entry> {
    let from_others = snapshot.entries.iter().rev().filter(|entry| is_from_others(entry));
    let mut unread: Vec<_> = from_others.take(snapshot.unread).collect();
    unread.reverse();
    unread
}

fn is_said(entry: &Entry) -> bool {
    matches!(entry.what, What::Said { .. })
}

fn is_from_others(entry: &Entry) -> bool {
    matches!(&entry.what, What::Said { by, .. } if !matches!(by, Author::Client { .. }))
}

fn opener(snapshot: &Snapshot, chat_id: ChatId) -> Option<&Author> {
    let opened = snapshot.entries.iter().filter(|entry| entry.chat_id == chat_id);
    opened.rev().find_map(|entry| match &entry.what {
        What::Opened { by } => Some(by),
        _ => None,
    })
}

#[cfg(test)]
mod tests;
