//! The messages that Postgres does not have yet, on disk.
//!
//! A journal of JSON lines, appended to and synced before anybody is told. A message enters when it is accepted, is
//! bound to its chat before it is first sent, and leaves when it is known to be stored. One process at a time.

mod adoption;
mod disk;
mod journal;

use std::collections::{HashSet, VecDeque};
use std::io;
use std::path::{Path, PathBuf};

use broker_config::{Author, ChatId, MessageId, Text};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::conversation::{Delivery, Waiting};

pub(crate) use disk::{Disk, FileDisk};
pub(crate) use journal::Change;

/// A journal larger than this is written anew when most of it is about messages that are gone.
const COMPACT_BYTES: u64 = 64 * 1024;

/// How many messages may wait. A person does not write as many; a program gone wild might.
pub(crate) const MAX_UNSENT: usize = 10_000;

/// How many bytes of texts may wait.
const MAX_UNSENT_BYTES: usize = 32 * 1024 * 1024;

/// A message that Postgres is not known to have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Unsent {
    pub(crate) message_id: MessageId,
    pub(crate) by: Author,
    pub(crate) text: Text,
    pub(crate) written_at: DateTime<Utc>,
    /// The chat in which it is sent, once that is decided. It never changes then: a second attempt elsewhere would be
    /// a second message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) chat_id: Option<ChatId>,
}

impl Unsent {
    /// As it is shown before anything has become of it.
    pub(crate) fn waiting(&self) -> Waiting {
        Waiting {
            message_id: self.message_id,
            text: self.text.clone(),
            written_at: self.written_at,
            delivery: Delivery::Waiting,
        }
    }
}

/// The unsent messages, in the order in which they were accepted, and their journal.
pub(crate) struct Outbox<D = FileDisk> {
    disk: D,
    unsent: VecDeque<Unsent>,
    text_bytes: usize,
    journal_bytes: u64,
    /// The journal may not hold what memory does: write it anew before anything is added.
    doubtful: bool,
}

/// How many messages wait in `folder`, whether or not an agent is at work there.
///
/// # Errors
/// When the journal is there and cannot be read.
pub fn waiting_in(folder: &Path) -> Result<usize, OutboxError> {
    let journal = match std::fs::read(folder.join(disk::JOURNAL)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        read => read?,
    };
    let mut waiting = HashSet::new();
    for change in journal::read(&journal).changes {
        match change {
            Change::Accepted(unsent) => _ = waiting.insert(unsent.message_id),
            Change::Bound { .. } => {}
            Change::Stored { message_id } => _ = waiting.remove(&message_id),
        }
    }
    Ok(waiting.len())
}

/// What was wrong with a journal that was opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Salvage {
    /// Lines that could not be read. They are kept in `outbox.damaged`.
    pub damaged_lines: usize,
    /// Whether the last line was torn: it was being written when the machine or the process stopped, and nobody had been
    /// told that it was kept.
    pub torn: bool,
}

impl Outbox<FileDisk> {
    /// Opens the outbox in `folder`, which is made if need be, and locks it until the value is dropped.
    pub(crate) fn open(folder: &Path) -> Result<(Self, Salvage), OutboxError> {
        let (disk, journal) = FileDisk::open(folder)?;
        Self::over(disk, &journal)
    }
}

impl<D: Disk> Outbox<D> {
    fn over(disk: D, journal: &[u8]) -> Result<(Self, Salvage), OutboxError> {
        let read = journal::read(journal);
        let mut outbox =
            Self { disk, unsent: VecDeque::new(), text_bytes: 0, journal_bytes: journal.len() as u64, doubtful: false };
        for change in read.changes {
            outbox.apply(change);
        }
        if !read.damaged.is_empty() {
            outbox.disk.keep_aside(&read.damaged)?;
        }
        let salvage = Salvage { damaged_lines: read.damaged_lines, torn: read.torn };
        if salvage != Salvage::default() || outbox.unsent.is_empty() && outbox.journal_bytes > 0 {
            outbox.rewrite()?;
        }
        Ok((outbox, salvage))
    }

    /// The messages, oldest first.
    pub(crate) fn unsent(&self) -> impl Iterator<Item = &Unsent> {
        self.unsent.iter()
    }

    pub(crate) fn find(&self, message_id: MessageId) -> Option<&Unsent> {
        self.unsent.iter().find(|unsent| unsent.message_id == message_id)
    }

    /// Whether messages with so many bytes of text may be accepted.
    pub(crate) fn has_room(&self, messages: usize, text_bytes: usize) -> bool {
        self.unsent.len() + messages <= MAX_UNSENT && self.text_bytes + text_bytes <= MAX_UNSENT_BYTES
    }

    /// Writes the changes and waits until the disk has them; then, and only then, they count. All or none.
    pub(crate) fn commit(&mut self, changes: Vec<Change>) -> Result<(), OutboxError> {
        if self.doubtful {
            self.rewrite()?;
        }
        let lines = journal::lines(&changes);
        let written = self.disk.append(&lines).and_then(|()| self.disk.sync());
        if let Err(error) = written {
            // After a failed sync nobody knows what the disk has, so the next commit starts with a new file.
            self.doubtful = true;
            if self.disk.cut(self.journal_bytes).is_err() {
                tracing::warn!("the outbox could not take back a line that was not written in full");
            }
            return Err(error.into());
        }
        self.journal_bytes += lines.len() as u64;
        for change in changes {
            self.apply(change);
        }
        Ok(())
    }

    /// Drops messages that are stored. Not synced and never an error: a message that comes back after a crash is sent
    /// again under its id, which harms nobody.
    pub(crate) fn forget(&mut self, stored: &[MessageId]) {
        let changes: Vec<_> = stored.iter().map(|&message_id| Change::Stored { message_id }).collect();
        let lines = journal::lines(&changes);
        for change in changes {
            self.apply(change);
        }
        match self.disk.append(&lines) {
            Ok(()) => self.journal_bytes += lines.len() as u64,
            Err(_) => self.doubtful = true,
        }
        if self.doubtful || self.journal_bytes > COMPACT_BYTES && self.journal_bytes > 4 * self.text_bytes as u64 {
            self.doubtful = self.rewrite().is_err();
        }
    }

    fn rewrite(&mut self) -> Result<(), OutboxError> {
        let changes: Vec<_> = self.unsent.iter().cloned().map(Change::Accepted).collect();
        let lines = journal::lines(&changes);
        self.disk.replace(&lines)?;
        self.journal_bytes = lines.len() as u64;
        self.doubtful = false;
        Ok(())
    }

    fn apply(&mut self, change: Change) {
        match change {
            Change::Accepted(unsent) => {
                if self.find(unsent.message_id).is_none() {
                    self.text_bytes += unsent.text.len();
                    self.unsent.push_back(unsent);
                }
            }
            Change::Bound { message_id, chat_id } => {
                if let Some(unsent) = self.unsent.iter_mut().find(|unsent| unsent.message_id == message_id) {
                    unsent.chat_id.get_or_insert(chat_id);
                }
            }
            Change::Stored { message_id } => {
                if let Some(at) = self.unsent.iter().position(|unsent| unsent.message_id == message_id)
                    && let Some(unsent) = self.unsent.remove(at)
                {
                    self.text_bytes -= unsent.text.len();
                }
            }
        }
    }
}

/// Why the outbox could not be opened or written.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// Another process has it.
    #[error("another trayline-agent is using {}", .0.display())]
    InUse(PathBuf),
    /// The disk has no room.
    #[error("the disk is full")]
    DiskFull(#[source] io::Error),
    /// The disk refused.
    #[error("the outbox cannot be read or written")]
    Disk(#[source] io::Error),
}

impl From<io::Error> for OutboxError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::DiskFull(error)
            }
            _ => Self::Disk(error),
        }
    }
}

#[cfg(test)]
mod tests;
