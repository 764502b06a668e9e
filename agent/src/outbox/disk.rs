//! The files under an outbox.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::OutboxError;
use crate::{fault, private_files};

/// Where a journal is written.
pub(crate) trait Disk: Send + 'static {
    /// Adds bytes at the end.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Returns when all that was added would survive a power cut.
    fn sync(&mut self) -> io::Result<()>;
    /// Takes back what was added beyond `length`.
    fn cut(&mut self, length: u64) -> io::Result<()>;
    /// Replaces everything, at once and for good: after a crash there is either the old or the new.
    fn replace(&mut self, contents: &[u8]) -> io::Result<()>;
    /// Keeps lines that could not be read, for a person to look at.
    fn keep_aside(&mut self, lines: &[u8]) -> io::Result<()>;
}

/// A folder with the journal and its lock.
pub(crate) struct FileDisk {
    folder: PathBuf,
    /// None only while the journal is being replaced, because Windows does not rename onto an open file.
    journal: Option<File>,
    _lock: File,
}

impl FileDisk {
    /// Opens the folder for this process alone and reads the journal.
    pub(super) fn open(folder: &Path) -> Result<(Self, Vec<u8>), OutboxError> {
        private_files::make_folder(folder)?;
        // Windows locks no file that is opened for appending alone.
        let lock = private_files::options().create(true).read(true).append(true).open(folder.join("outbox.lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(OutboxError::InUse(folder.to_owned())),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let path = folder.join(JOURNAL);
        let existed = path.exists();
        let journal = open_journal(&path)?;
        if !existed {
            sync_folder(folder)?;
        }
        let contents = fs::read(path)?;
        let disk = Self { folder: folder.to_owned(), journal: Some(journal), _lock: lock };
        Ok((disk, contents))
    }

    fn journal(&mut self) -> io::Result<&mut File> {
        if self.journal.is_none() {
            self.journal = Some(open_journal(&self.folder.join(JOURNAL))?);
        }
        self.journal.as_mut().ok_or_else(|| io::Error::other("the journal is closed"))
    }
}

impl Disk for FileDisk {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        fault::point();
        self.journal()?.write_all(bytes)?;
        fault::point();
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.journal()?.sync_data()?;
        fault::point();
        Ok(())
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        // Windows cuts no file that is opened for appending alone.
        private_files::options().write(true).open(self.folder.join(JOURNAL))?.set_len(length)
    }

    fn replace(&mut self, contents: &[u8]) -> io::Result<()> {
        let (new, path) = (self.folder.join("outbox.jsonl.new"), self.folder.join(JOURNAL));
        let mut file = private_files::options().create(true).write(true).truncate(true).open(&new)?;
        fault::point();
        file.write_all(contents)?;
        fault::point();
        file.sync_all()?;
        drop(file);
        self.journal = None;
        fault::point();
        fs::rename(&new, &path)?;
        fault::point();
        sync_folder(&self.folder)?;
        self.journal().map(|_| ())
    }

    fn keep_aside(&mut self, lines: &[u8]) -> io::Result<()> {
        let path = self.folder.join("outbox.damaged");
        let mut file = private_files::options().create(true).append(true).open(path)?;
        file.write_all(lines)?;
        file.sync_all()?;
        sync_folder(&self.folder)
    }
}

pub(super) const JOURNAL: &str = "outbox.jsonl";

fn open_journal(path: &Path) -> io::Result<File> {
    let mut options: OpenOptions = private_files::options();
    options.create(true).append(true).open(path)
}

/// Makes a new or renamed file's name survive a power cut, where the system needs to be told.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
