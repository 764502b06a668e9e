//! A log in a few files of a bounded size, the newest first.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How many bytes a file has, about, before the next one is begun.
const MAX_BYTES: u64 = 1024 * 1024;

/// How many older files are kept.
const KEPT: u32 = 3;

/// The log's files.
pub(super) struct Rotating {
    path: PathBuf,
    file: File,
    bytes: u64,
}

impl Rotating {
    /// Goes on with the newest file in `folder`, which only its owner may read.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(folder)?;
        let path = folder.join("trayline-agent.log");
        let file = append_to(&path)?;
        let bytes = file.metadata()?.len();
        Ok(Self { path, file, bytes })
    }

    fn rotate(&mut self) -> io::Result<()> {
        let older = |number: u32| self.path.with_extension(format!("log.{number}"));
        for number in (1..KEPT).rev() {
            // Those that are not there yet cannot be renamed.
            _ = fs::rename(older(number), older(number + 1));
        }
        fs::rename(&self.path, older(1))?;
        self.file = append_to(&self.path)?;
        self.bytes = 0;
        Ok(())
    }
}

impl Write for Rotating {
    /// A disk that takes no writes stops nobody: what could not be logged is gone.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.bytes >= MAX_BYTES && self.rotate().is_err() {
            return Ok(line.len());
        }
        if self.file.write_all(line).is_ok() {
            self.bytes += line.len() as u64;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn append_to(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.create(true).append(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_lines_are_kept_in_a_bounded_number_of_files() {
        let folder = tempfile::tempdir().unwrap();
        let line = [b"x".repeat(64 * 1024 - 1), b"\n".to_vec()].concat();
        let mut log = Rotating::open(folder.path()).unwrap();
        for _ in 0..100 {
            log.write_all(&line).unwrap();
        }
        drop(log);
        let mut log = Rotating::open(folder.path()).unwrap();
        log.write_all(b"last\n").unwrap();

        let mut sizes: Vec<_> = folder.path().read_dir().unwrap().map(|entry| entry.unwrap()).collect();
        sizes.sort_by_key(std::fs::DirEntry::file_name);
        let sizes: Vec<_> = sizes.iter().map(|entry| entry.metadata().unwrap().len()).collect();
        assert_eq!(sizes, [4 * 64 * 1024 + 5, MAX_BYTES, MAX_BYTES, MAX_BYTES]);
        assert!(fs::read(folder.path().join("trayline-agent.log")).unwrap().ends_with(b"last\n"));
    }
}
